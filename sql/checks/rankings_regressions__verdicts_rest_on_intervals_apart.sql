-- What is called worse or better lies apart from the four weeks before, interval from interval.
select model_id, measure,
from rankings.regressions
where verdict in ('worse', 'better') and value_low <= before_high and value_high >= before_low
