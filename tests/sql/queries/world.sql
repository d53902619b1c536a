-- The published tables that ready-made questions read besides those of rankings/world.sql.
create table rollups.usage_hourly as select timestamp '2026-01-01' as hour, * exclude (event_date) from rollups.usage_daily limit 0;
create table rollups.arrival_daily (event_date date, source varchar, lateness_hours double, row_count bigint);
create table rollups.reconciliation_daily (
    event_date date,
    source varchar,
    reference_source varchar,
    request_count bigint,
    reference_request_count bigint,
    input_tokens bigint,
    reference_input_tokens bigint,
    output_tokens bigint,
    reference_output_tokens bigint,
    cost_usd decimal(38, 10),
    reference_cost_usd decimal(38, 10),
    largest_difference_share double,
    tolerance_share double
);
