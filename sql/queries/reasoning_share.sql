-- Which models spend most of their output on reasoning?
-- One row per model that reasons, over the last four complete weeks: reasoning over output, of rows where both are
-- known.
-- Change: period; add provider_name to the select and the group by.
select
    model_id,
    round(sum(reasoning_output_tokens) / nullif(sum(reasoning_known_output_tokens), 0), 4) as reasoning_share,
    cast(sum(reasoning_output_tokens) as bigint) as reasoning_output_tokens,
    cast(sum(reasoning_known_output_tokens) as bigint) as reasoning_known_output_tokens,
    cast(sum(output_tokens) as bigint) as output_tokens,
from rollups.usage_daily
inner join rankings.periods on event_date >= start_date and event_date < end_date
where period = '4w'
group by model_id
having sum(reasoning_output_tokens) > 0
order by reasoning_share desc, model_id
