-- One row: a source whose records were landed or refused.
select source from meta.batches group by all order by source
