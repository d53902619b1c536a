-- One row per source of facts or formulas, quality figures with how many and how recent.
select
    citations.cited,
    citations.used_for,
    citations.licence,
    citations.note,
    count(quality.model_id) as figure_count,
    max(quality.measured_on) as newest_figure,
    string_agg(distinct quality.source_commit, ', ') as source_commit,
from reference.citations
left join reference.quality on citations.cited = quality.source_repo
group by all
order by figure_count desc, citations.cited
