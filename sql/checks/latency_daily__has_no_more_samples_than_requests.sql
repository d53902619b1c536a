-- No day, model and provider has more latency samples of a metric than rows.
select latency.event_date, latency.model_id, latency.provider_name, latency.metric,
from rollups.latency_daily as latency
inner join rollups.usage_daily as usage
    on latency.event_date = usage.event_date
    and latency.model_id = usage.model_id
    and latency.provider_name = usage.provider_name
group by all
having sum(latency.sample_count) > max(usage.row_count)
