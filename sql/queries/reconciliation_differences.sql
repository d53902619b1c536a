-- On which days do two logs of the same traffic disagree?
-- One row per day and pair of the setting `reconcile` that lies further apart than its tolerance, largest difference
-- first. Empty: they agree, or no pair is set.
-- Change: drop the tolerance from the where clause to see every day.
select
    event_date,
    source,
    reference_source,
    round(largest_difference_share, 5) as difference_share,
    request_count,
    reference_request_count,
    input_tokens,
    reference_input_tokens,
    output_tokens,
    reference_output_tokens,
    cost_usd,
    reference_cost_usd,
from rollups.reconciliation_daily
where largest_difference_share > tolerance_share
order by largest_difference_share desc, event_date, source, reference_source
