-- One row per period, unit and model with traffic in any of its last four windows: its value now and before, and its
-- ranks.
-- Every model is here; boards list the first 50 (rankings.adoption). A window without the model is 0, one the log
-- does not cover null. Months differ in length: change and three_before are at the latest month's.
with
    history as (
        select
            period,
            unit,
            model_id,
            any_value(place) filter (where windows_back = 0) as place,
            any_value(value) filter (where windows_back = 0) as value,
            coalesce(bool_or(is_hidden) filter (where windows_back = 0), false) as is_hidden,
            any_value(known_part) filter (where windows_back = 0) as known_part,
            any_value(whole) filter (where windows_back = 0) as whole,
            any_value(place) filter (where windows_back = 1 and value is not null) as place_1,
            any_value(value) filter (where windows_back = 1) as value_1,
            any_value(base) filter (where windows_back = 1) as base_1,
            any_value(base_floor) as base_floor,
            count(*) filter (where windows_back = 1) as rows_1,
            any_value(value) filter (where windows_back = 2) as value_2,
            count(*) filter (where windows_back = 2) as rows_2,
            any_value(value) filter (where windows_back = 3) as value_3,
            count(*) filter (where windows_back = 3) as rows_3,
        from rankings.units
        where windows_back <= 3
        group by period, unit, model_id
    ),
    covered as (
        select
            period,
            count(*) filter (where is_covered) - 1 as windows_before,
            any_value(end_date - start_date) filter (where windows_back = 0) as days,
            any_value(end_date - start_date) filter (where windows_back = 1) as days_1,
            any_value(end_date - start_date) filter (where windows_back = 2) as days_2,
            any_value(end_date - start_date) filter (where windows_back = 3) as days_3,
        from rankings.windows
        where is_complete and windows_back <= 3
        group by period
    )
select
    period,
    unit,
    case when value is not null then place end as rank,
    model_id,
    place,
    value,
    is_hidden,
    known_part,
    whole,
    past(value_1, rows_1, windows_before >= 1) as previous_value,
    past(base_1, rows_1, windows_before >= 1) as previous_base,
    base_floor,
    case when windows_before >= 1 then place_1 end as previous_rank,
    case when windows_before >= 1 then place is not null and rows_1 = 0 end as is_new,
    change(value, at_length(previous_value, unit, days, days_1)) as change,
    case
        when windows_before >= 3
        then
            at_length(past(value_1, rows_1, true), unit, days, days_1)
            + at_length(past(value_2, rows_2, true), unit, days, days_2)
            + at_length(past(value_3, rows_3, true), unit, days, days_3)
    end as three_before,
from history
inner join covered using (period)
