-- One row per model and measure (ttft_p50_s, ttft_p95_s, output_speed_p50, request_success_rate): the latest complete
-- week against the model's own four weeks before, pooled.
-- `worse` (or `better`) when all three hold: the 95 % intervals do not meet; the change exceeds 10 % (of success: one
-- percentage point); and it exceeds 3.3 times what the spread of single days explains, rankings.day_spreads x
-- sqrt(1/7 + 1/days before): by chance alone one comparison in 280 does (Student's t of 20 days), and hundreds are made a
-- week. Else `steady`; `too few` without both values or seven days before to tell the spread.
-- column: value: The measure's value in the latest complete week; null where too few samples tell [s, tokens/s or 0 to 1]
-- column: change: value / before_value - 1; of a success rate value - before_value
with
    pairs as (
        select
            week.model_id,
            week.measure,
            week.value,
            week.low as value_low,
            week.high as value_high,
            week.sample_count,
            before.value as before_value,
            before.low as before_low,
            before.high as before_high,
            before.sample_count as before_sample_count,
            week.metric = 'success' as is_rate,
            week.metric = 'ttft' as is_better_low,
            case when is_rate then week.value - before.value else change(week.value, before.value) end as change,
            case when is_rate then change else ln(week.value / before.value) end as shift,
            spreads.day_spread * sqrt(1 / 7 + 1 / spreads.day_count) as expected_shift,
            spreads.day_count,
        from rankings.recent_measures as week
        left join
            rankings.recent_measures as before
            on before.span = 'before'
            and week.model_id = before.model_id
            and week.measure = before.measure
        left join
            rankings.day_spreads as spreads
            on week.model_id = spreads.model_id
            and week.metric = spreads.metric
        where week.span = 'week'
    )
select
    model_id,
    measure,
    value,
    value_low,
    value_high,
    sample_count,
    before_value,
    before_low,
    before_high,
    before_sample_count,
    change,
    case
        when value is null or before_value is null or coalesce(day_count, 0) < 7
        then 'too few'
        when
            (value_high < before_low or value_low > before_high)
            and abs(change) > case when is_rate then 0.01 else 0.10 end
            and abs(shift) > 3.3 * expected_shift
        then case when (change < 0) = is_better_low then 'better' else 'worse' end
        else 'steady'
    end as verdict,
from pairs
