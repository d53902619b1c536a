-- severity: warn
-- Of every source's known tokens of its last seven days with rows, at least 90 % have a price (or are free).
select totals.source, sum(totals.priced_tokens) as priced_tokens, sum(totals.total_tokens) as total_tokens,
from rollups.log_totals_hourly as totals
inner join meta.sources as sources on totals.source = sources.source
where totals.hour > sources.last_hour - interval 7 day
group by totals.source
having coalesce(sum(totals.priced_tokens), 0) < 0.9 * sum(totals.total_tokens)
