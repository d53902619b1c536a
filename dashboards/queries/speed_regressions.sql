-- One row: a model's measure that got worse than its own four weeks before, the most used first.
select regressions.*
from rankings.regressions as regressions
left join
    rankings.outcomes as outcomes
    on outcomes.period = '1w'
    and regressions.model_id = outcomes.model_id
    and outcomes.provider_name = '(all)'
where regressions.verdict = 'worse'
order by outcomes.request_count desc nulls last, regressions.model_id, regressions.measure
