-- Every period, the requests of models add up to all, and so do those of providers and of both together; first choices
-- that failed and were rescued are parts of those that failed, and those of all that are known.
with
    wholes as (
        select
            period,
            sum(request_count) filter (where model_id = '(all)' and provider_name = '(all)') as whole,
            sum(request_count) filter (where model_id <> '(all)' and provider_name = '(all)') as models,
            sum(request_count) filter (where model_id = '(all)' and provider_name <> '(all)') as providers,
            sum(request_count) filter (where model_id <> '(all)' and provider_name <> '(all)') as pairs,
            max(greatest(first_choice_failure_rate, rescued_share, first_choice_coverage_share)) as largest_share,
        from rankings.outcomes
        group by period
    )
select *
from wholes
where whole <> models or whole <> providers or whole <> pairs or largest_share > 1
