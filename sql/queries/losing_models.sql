-- Which models lost most traffic since the week before?
-- One row per model that carried fewer tokens in the last complete week than in the one before, largest loss first,
-- those
-- without any now among them; is_small_base: there was too little to lose for the change to say much.
-- Change: unit to requests or users; period to 4w or 12w.
with
    standing as (
        -- no place: no traffic now; a place without a value: unknown
        select *, case when place is null then 0 else value end as value_now,
        from rankings.standings
        where period = '1w' and unit = 'tokens'
    )
select
    model_id,
    cast(previous_value as bigint) as previous_value,
    cast(value_now as bigint) as value,
    cast(previous_value - value_now as bigint) as lost,
    round(cast(value_now as double) / previous_value - 1, 4) as change,
    previous_rank,
    rank,
    previous_base < base_floor as is_small_base,
from standing
where value_now < previous_value
order by lost desc, model_id
