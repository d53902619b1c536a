-- The published tables that rankings read, empty, with unknown or zero where a test says nothing.
create schema rollups;
create schema reference;
create schema meta;
create schema rankings;
create table meta.publication (
    version bigint default 1,
    as_of timestamp default timestamp '2026-03-30 12:00:00',
    data_through timestamp default timestamp '2026-03-30 12:00:00',
    built_at timestamp,
    is_simulated boolean default false,
    podium_version varchar,
    min_users bigint default 5,
    reporting_timezone varchar default 'UTC'
);
create table meta.days as
select
    cast(starts_at as date) as event_date, starts_at, starts_at + interval 1 day as ends_at, 24 as day_hours,
from range(timestamp '2024-12-01', timestamp '2026-06-01', interval 1 day) as days(starts_at);
create table rollups.usage_daily (
    event_date date,
    model_id varchar,
    provider_name varchar default 'acme',
    row_count bigint default 0,
    attempt_count bigint,
    request_count bigint default 0,
    ok_count bigint default 0,
    error_count bigint default 0,
    cancelled_count bigint default 0,
    attempt_ok_count bigint default 0,
    attempt_error_count bigint default 0,
    attempt_cancelled_count bigint default 0,
    error_rate_limit_count bigint default 0,
    error_timeout_count bigint default 0,
    error_server_error_count bigint default 0,
    error_overloaded_count bigint default 0,
    error_connection_count bigint default 0,
    error_auth_count bigint default 0,
    error_bad_request_count bigint default 0,
    error_context_length_count bigint default 0,
    error_content_filter_count bigint default 0,
    error_budget_count bigint default 0,
    error_other_count bigint default 0,
    fallback_count bigint default 0,
    fallback_known_count bigint default 0,
    first_attempt_count bigint default 0,
    first_failed_count bigint default 0,
    first_rescued_count bigint default 0,
    first_unknown_count bigint default 0,
    first_lost_count bigint default 0,
    first_lost_rescued_count bigint default 0,
    rescue_failure_count bigint default 0,
    rescue_priced_count bigint default 0,
    response_cache_hit_count bigint default 0,
    input_tokens bigint,
    output_tokens bigint,
    cache_read_input_tokens bigint,
    cache_write_input_tokens bigint,
    reasoning_output_tokens bigint,
    response_cache_hit_tokens bigint,
    model_input_tokens bigint,
    model_output_tokens bigint,
    model_cache_read_tokens bigint,
    model_cache_write_tokens bigint,
    usage_known_count bigint default 0,
    usage_due_count bigint default 0,
    cache_known_input_tokens bigint,
    reasoning_known_output_tokens bigint,
    cost_usd decimal(38, 10),
    failed_cost_usd decimal(38, 10),
    rescue_cost_usd decimal(38, 10),
    priced_tokens bigint,
    priced_cost_usd decimal(38, 10),
    free_tokens bigint,
    unpriced_count bigint default 0,
    priced_request_count bigint default 0,
    price_due_count bigint default 0,
    priced_ok_count bigint default 0,
    priced_outcome_count bigint default 0,
    list_cost_usd decimal(38, 10),
    compared_cost_usd decimal(38, 10),
    compared_list_cost_usd decimal(38, 10),
    cache_savings_usd decimal(38, 10),
    stream_count bigint default 0,
    feedback_count bigint default 0,
    feedback_up_count bigint default 0
);
create view meta.sources as
select cast(min(event_date) as timestamp) as first_hour
from rollups.usage_daily
having count(*) > 0;
create table rollups.latency_daily (
    event_date date,
    model_id varchar,
    provider_name varchar default 'acme',
    metric varchar default 'ttft',
    bucket smallint,
    sample_count bigint default 1
);
create table rollups.latency_by_hour_daily (
    event_date date,
    hour_of_day integer,
    metric varchar default 'ttft',
    bucket smallint,
    sample_count bigint default 1
);
create table rollups.latency_by_prompt_daily (
    event_date date,
    model_id varchar,
    prompt_tokens_to integer,
    metric varchar default 'ttft',
    bucket smallint,
    sample_count bigint default 1
);
create schema lake;
create view lake.copied_dates as
select distinct event_date
from rollups.latency_daily;
create table rollups.request_cost_daily (
    event_date date,
    model_id varchar default 'acme/one',
    bucket smallint,
    request_count bigint default 1
);
create table rollups.scores_daily (
    event_date date,
    model_id varchar,
    score_name varchar,
    score_count bigint,
    score_sum decimal(38, 10)
);
create table rollups.user_activity_daily (
    event_date date,
    user_id varchar,
    model_id varchar,
    request_count bigint default 1,
    ok_count bigint default 1,
    total_tokens bigint,
    cost_usd decimal(38, 10),
    priced_tokens bigint,
    priced_cost_usd decimal(38, 10)
);
create table reference.models (
    model_id varchar,
    model_name varchar,
    author varchar,
    author_name varchar,
    author_country varchar,
    weights varchar,
    context_tokens bigint,
    released_date date,
    size_class varchar
);
create table reference.quality (
    benchmark varchar,
    model_id varchar,
    variant varchar,
    score double,
    score_unit varchar,
    higher_is_better boolean default true,
    score_low double,
    score_high double,
    n bigint,
    measured_on date,
    source_repo varchar,
    source_commit varchar,
    licence varchar,
    match varchar default 'exact',
    published_name varchar
);
create table reference.list_prices (
    provider_name varchar,
    model_id varchar,
    valid_from date,
    valid_to date,
    input_usd_per_mtok decimal(18, 10),
    output_usd_per_mtok decimal(18, 10),
    cache_read_usd_per_mtok decimal(18, 10),
    cache_write_usd_per_mtok decimal(18, 10),
    other_hours_ratio double,
    other_hours varchar
);
create table rollups.dimension_usage_daily (
    event_date date,
    dimension varchar default 'category',
    dimension_value varchar,
    model_id varchar default 'acme/one',
    request_count bigint default 10,
    ok_count bigint default 10,
    error_count bigint default 0,
    cancelled_count bigint default 0,
    input_tokens bigint,
    output_tokens bigint,
    response_cache_hit_tokens bigint,
    cost_usd decimal(38, 10),
    priced_tokens bigint
);
create table rollups.traffic_daily (
    event_date date,
    model_id varchar default 'acme/one',
    prompt_tokens_to integer,
    request_count bigint default 10,
    length_known_count bigint default 10,
    prompt_tokens bigint,
    completion_tokens bigint,
    stream_known_count bigint default 0,
    stream_count bigint default 0,
    finish_known_count bigint default 0,
    tool_call_count bigint default 0,
    truncated_count bigint default 0
);
create table rollups.session_daily (
    event_date date,
    app_name varchar default 'Chat',
    model_id varchar default 'acme/one',
    session_id varchar,
    request_count bigint default 1,
    cost_usd decimal(38, 10),
    unpriced_count bigint default 0
);
create table rollups.dimension_users_daily (
    event_date date default date '2026-03-23',
    dimension varchar default 'team',
    dimension_value varchar,
    user_id varchar,
    request_count bigint default 1
);
