-- One row per period, unit and model on the board: the unit's value in the last 12 complete weeks, oldest first.
-- A week the log does not cover is null; `other` sums the unlisted models, and has none for users, who cannot be
-- summed.
with
    members as (
        select
            standings.period,
            standings.unit,
            case when standings.place <= 50 then standings.model_id else 'other' end as board_id,
            standings.model_id,
            back.windows_back,
        from rankings.standings
        cross join (select unnest(range(12)) as windows_back) as back
    ),
    weeks as (
        select
            members.period,
            members.unit,
            members.board_id as model_id,
            members.windows_back,
            case
                when members.board_id <> 'other' or members.unit <> 'users'
                then sum(past(units.value, case when units.model_id is null then 0 else 1 end, windows.is_covered))
            end::double as value,
        from members
        left join rankings.windows on windows.period = '1w' and members.windows_back = windows.windows_back
        left join
            rankings.units
            on units.period = '1w'
            and members.windows_back = units.windows_back
            and members.unit = units.unit
            and members.model_id = units.model_id
        group by members.period, members.unit, members.board_id, members.windows_back
    )
select period, unit, model_id, list(value order by windows_back desc) as trend,
from weeks
group by period, unit, model_id
