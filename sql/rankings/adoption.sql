-- One row per period, unit (tokens, requests, spend, users) and model: the board's first 50 models, then `other` with
-- all the rest.
-- Listed plus `other` is the true total exactly; not for users, who may use several models. Unknown and hidden values
-- have no rank. Months differ in length: change and trending compare means per day (users then have none).
with
    listed as (
        select
            period,
            unit,
            rank,
            model_id,
            value,
            is_hidden,
            previous_value,
            previous_rank,
            is_new,
            previous_base < base_floor as is_small_base,
            three_before,
            1 as model_count,
            ratio(known_part, whole) as coverage_share,
        from rankings.standings
        where place <= 50
        union all by name
        select
            period,
            unit,
            'other' as model_id,
            value,
            is_hidden,
            previous_value,
            is_small_base,
            three_before,
            model_count,
            coverage_share,
        from rankings.others
        where model_count > 0
    )
select
    listed.period,
    listed.unit,
    listed.rank,
    listed.model_id,
    case when listed.model_id <> 'other' then coalesce(models.author, author_of(listed.model_id)) end as author,
    listed.value,
    listed.is_hidden,
    ratio(listed.value, others.total) as share,
    listed.previous_value,
    listed.previous_rank,
    listed.previous_rank - listed.rank as rank_change,
    listed.is_new,
    change(
        listed.value,
        at_length(
            listed.previous_value,
            listed.unit,
            periods.end_date - periods.start_date,
            periods.previous_end_date - periods.previous_start_date
        )
    ) as change,
    listed.is_small_base,
    listed.value::double - listed.three_before::double / 3 as trending,
    listed.model_count,
    listed.coverage_share,
from listed
inner join rankings.others on listed.period = others.period and listed.unit = others.unit
inner join rankings.periods on listed.period = periods.period
left join reference.models on listed.model_id = models.model_id
