-- One row: a quality benchmark with models scored in a period, the fullest first.
select
    benchmark,
    count(quality_score) as scored_count,
    min(measured_on) as first_measured_on,
    max(measured_on) as last_measured_on,
from rankings.value
where period = $period and quality_score is not null
group by all
order by scored_count desc, benchmark
