-- One row: where a benchmark's scores were read.
select source_repo, source_commit, licence, max(score_unit) as score_unit, count(*) as score_count,
from reference.quality
where benchmark = $benchmark
group by all
order by score_count desc, source_repo
