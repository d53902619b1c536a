-- One row: a source and how many of its landed rows do not count, by reason.
select
    source,
    coalesce(sum(row_count) filter (where reason = 'nested'), 0)::bigint as nested_count,
    coalesce(sum(row_count) filter (where reason = 'superseded'), 0)::bigint as superseded_count,
from rollups.uncounted_daily
where ($source is null or source = $source) and ($day is null or event_date = $day::date)
group by source
order by source
