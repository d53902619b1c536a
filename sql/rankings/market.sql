-- One row per period, grouping (model, author, provider, weights, country, size_class), unit (tokens, requests, spend)
-- and member with traffic in the period: its share, its place, and how both moved against the equal period before.
-- Months differ in length: their change is of the mean per day.
-- A change is null where the log does not cover the period before; a member that was not there then is new.
with
    latest as (select * from rankings.market_units where windows_back = 0),
    before as (select * from rankings.market_units where windows_back = 1 and is_complete)
select
    latest.period,
    latest.market,
    latest.unit,
    latest.place as rank,
    latest.member,
    latest.model_count,
    latest.value,
    latest.share,
    before.value as previous_value,
    before.share as previous_share,
    change(
        latest.value,
        at_length(
            before.value, latest.unit, latest.end_date - latest.start_date, before.end_date - before.start_date
        )
    ) as change,
    case when known_before.period is not null then 100 * (latest.share - coalesce(before.share, 0)) end as share_change_pp,
    before.place - latest.place as rank_change,
    case when known_before.period is not null then before.member is null end as is_new,
    latest.coverage_share,
    latest.is_complete,
from latest
left join before using (period, market, unit, member)
left join (select distinct period from before) as known_before using (period)
