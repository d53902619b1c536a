-- One row: a day and pair of sources that describe the same traffic, what each says, and how far they lie apart; the
-- newest sixty days.
select
    event_date,
    source,
    reference_source,
    request_count,
    reference_request_count,
    input_tokens + output_tokens as total_tokens,
    reference_input_tokens + reference_output_tokens as reference_total_tokens,
    cost_usd,
    reference_cost_usd,
    largest_difference_share,
    largest_difference_share * 100 as difference_percent,
    tolerance_share,
    coalesce(largest_difference_share <= tolerance_share, true) as is_within,
from rollups.reconciliation_daily
where ($source is null or $source in (source, reference_source)) and ($day is null or event_date = $day::date)
order by event_date desc, source, reference_source
limit 60
