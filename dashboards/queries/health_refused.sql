-- One row: what was refused in the seven days before the as-of: whole files, and rows of files otherwise landed.
select
    count(*) filter (where batches.status = 'quarantined') as file_count,
    coalesce(sum(batches.rows_quarantined) filter (where batches.status <> 'quarantined'), 0)::bigint as row_count,
from meta.batches
cross join meta.publication
where batches.received_at > publication.as_of - interval 7 days
