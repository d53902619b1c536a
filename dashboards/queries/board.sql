-- One row: a model on a board, as published, and beside it what only the table draws (`drawn_`, `_percent`); the row of
-- all others last, only when nothing is filtered. A drawn change from a base too small to mean anything is left out.
-- Rank is the whole board's: a filter leaves rows out, it never renumbers.
select
    leaderboard.*,
    case when is_hidden then '<' || min_users else '' end as drawn_few,
    share * 100 as share_percent,
    rank_low || case when rank_high > rank_low then '–' || rank_high else '' end as drawn_rank_range,
    case when not coalesce(is_small_base, false) then change * 100 end as change_percent,
    case
        when is_new
        then ['NEW']
        when rank_change > 0
        then ['▲ ' || least(rank_change, 99)]
        when rank_change < 0
        then ['▼ ' || least(- rank_change, 99)]
        else []
    end as drawn_moved,
    list_filter(trend, lambda value:value is not null) as drawn_trend,
    pricing_coverage_share * 100 as priced_percent,
    request_success_rate * 100 as success_percent,
    model_id = 'other' as drawn_is_other,
from rankings.leaderboard
cross join (select min_users from meta.publication) as publication
where
    period = $period
    and unit = $unit
    and ($author is null or author = $author)
    and contains(lower(model_id), lower($q))
    and (not $open or weights = 'open')
    and case
        $view
        when 'rising'
        then change > 0 and not is_small_base
        when 'falling'
        then change < 0 and not is_small_base
        when 'new'
        then is_new
        else true
    end
    and (model_id <> 'other' or ($author is null and $q = '' and not $open and $view = 'all'))
order by drawn_is_other, rank nulls last, model_id
