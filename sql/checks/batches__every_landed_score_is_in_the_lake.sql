-- The scores that batches say they landed are the scores the lake holds.
select batches.rows_landed, scores.row_count,
from (select coalesce(sum(rows_landed), 0) as rows_landed from meta.batches where source = 'scores') as batches
cross join (select row_count from lake.scores_size) as scores
where batches.rows_landed <> scores.row_count
