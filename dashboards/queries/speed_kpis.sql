-- One row: speed and success of all traffic in a period, with changes against the window before where that is told.
select
    speed.* exclude (period, model_id, provider_name),
    outcomes.* exclude (period, model_id, provider_name),
    totals.ttft_p50_s_change,
    totals.output_speed_p50_change,
    totals.success_change_pp,
from rankings.outcomes as outcomes
left join rankings.speed as speed using (period, model_id, provider_name)
left join rankings.totals as totals using (period)
where outcomes.period = $period and outcomes.model_id = '(all)' and outcomes.provider_name = '(all)'
