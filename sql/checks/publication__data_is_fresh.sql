-- severity: warn
-- The newest row of any source is at most two days older than the instant the file was computed for.
select publication.as_of, max(sources.last_hour) as last_hour,
from meta.publication as publication
cross join meta.sources as sources
group by publication.as_of
having max(sources.last_hour) < publication.as_of - interval 2 day
