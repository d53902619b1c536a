-- The rows that batches say they landed are the rows the request log holds; scores have a table of their own.
select batches.rows_landed, log.row_count,
from (select coalesce(sum(rows_landed), 0) as rows_landed from meta.batches where source <> 'scores') as batches
cross join (select row_count from lake.request_log_size) as log
where batches.rows_landed <> log.row_count
