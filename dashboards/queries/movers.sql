-- One row: a model on one list of the Movers page, most striking first, with what only the page draws beside it.
-- Nothing on a small base is on a list that is sorted by change or momentum.
select
    movers.*,
    case when is_hidden then '<' || min_users else '' end as drawn_few,
    change * 100 as change_percent,
    case
        when change_low is not null
        then
            -- what rounds to nothing keeps its sign and a digit
            array_to_string(
                [
                    printf(case when abs(change) < 0.005 then '%+.1g%%' else '%+.0f%%' end, change * 100)
                    for change in [change_low, change_high]
                ],
                ' to '
            )
    end as drawn_interval,
    case when has_clear_change then 'clear' when not has_clear_change then 'not clear' end as drawn_clear,
    case
        when momentum_low is not null then printf('%.1f to %.1f', momentum_low, momentum_high)
    end as drawn_momentum_interval,
from rankings.movers
cross join (select min_users from meta.publication) as publication
where
    period = $period
    and unit = $unit
    and case
        $list
        when 'rising'
        then change > 0 and not is_small_base
        when 'falling'
        then change < 0 and not is_small_base
        when 'trending'
        then trending > 0
        when 'momentum'
        then momentum > 1 and not has_left
        when 'new'
        then is_new
        when 'left'
        then has_left
        when 'small'
        then change is not null and is_small_base
        else true
    end
order by
    case
        $list
        when 'rising'
        then change
        when 'falling'
        then - change
        when 'trending'
        then trending
        when 'momentum'
        then momentum
        when 'left'
        then previous_value::double
        else value::double
    end desc nulls last,
    model_id
