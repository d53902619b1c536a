-- Which models lost most traffic since the week before?
-- One row per model that carried fewer tokens in the last complete week than in the one before, largest loss first;
-- is_small_base: there was too little to lose for the change to say much.
-- Change: unit to requests or users; period to 4w or 12w.
with
    standing as (
        select
            model_id, rank, value, previous_value, previous_rank, change, previous_base < base_floor as is_small_base,
        from rankings.standings
        where period = '1w' and unit = 'tokens'
    ),
    gone as (
        select
            model_id,
            null as rank,
            0 as value,
            value as previous_value,
            place as previous_rank,
            -1 as change,
            base < base_floor as is_small_base,
        from rankings.units
        where
            period = '1w'
            and windows_back = 1
            and unit = 'tokens'
            and value > 0
            and model_id not in (select standing.model_id from standing)
    )
select
    model_id,
    cast(previous_value as bigint) as previous_value,
    cast(value as bigint) as value,
    cast(previous_value - value as bigint) as lost,
    round(change, 4) as change,
    previous_rank,
    rank,
    is_small_base,
from
    (
        from standing
        union all by name
        from gone
    ) as standings
where standings.value < standings.previous_value
order by lost desc, model_id
