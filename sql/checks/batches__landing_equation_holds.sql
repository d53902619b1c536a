-- For every readable file rows_in = landed + duplicate + quarantined, and a batch landed at most once.
select batch_id, source_file,
from meta.batches
where rows_in is not null and rows_in <> rows_landed + rows_duplicate + rows_quarantined
union all
select batch_id, min(source_file) as source_file,
from meta.batches
where status = 'landed'
group by batch_id
having count(*) > 1
