-- Every hour of the model rollup adds up to the log's totals of that hour: rows, requests by outcome, tokens, dollars.
with
    totals as (
        select
            hour,
            row(sum(row_count), sum(request_count), sum(ok_count), sum(error_count), sum(cancelled_count), sum(input_tokens), sum(output_tokens), sum(cost_usd)) as figures,
        from rollups.log_totals_hourly
        group by hour
    ),

    rolled as (
        select
            hour,
            row(sum(row_count), sum(request_count), sum(ok_count), sum(error_count), sum(cancelled_count), sum(input_tokens), sum(output_tokens), sum(cost_usd)) as figures,
        from rollups.usage_hourly
        group by hour
    )

select coalesce(totals.hour, rolled.hour) as hour, totals.figures, rolled.figures as rolled_figures,
from totals
full join rolled on totals.hour = rolled.hour
where totals.figures is distinct from rolled.figures
