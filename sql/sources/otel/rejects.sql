-- One row is one span that claims to be a model call and can not become a row, or one export request that holds neither
-- spans nor logs nor metrics, with the first reason found. A call with another one below it gives way to that, and is no
-- reject. Landing judges everything the staged columns can express.
with
    below as (
        -- not those that are above as well: spans that enclose each other, or themselves, do not give way
        select climbed.trace_id, climbed.above_id
        from otel.climbed as climbed
        anti join
            otel.climbed as back
            on back.trace_id = climbed.trace_id
            and back.call_id = climbed.above_id
            and back.above_id = climbed.call_id
    ),

    verdicts as (
        select source_row, sample, verdict
        from otel.faults as faults
        anti join below on below.trace_id = faults.trace_id and below.above_id = faults.span_id
        union all
        select
            source_row * 1000000000 as source_row,
            null as sample,
            'missing_field resourceSpans' as verdict,
        from otel.read
        where "resourceSpans" is null and coalesce("resourceLogs", "resourceMetrics") is null
    )

select
    source_row,
    split_part(verdict, ' ', 1) as reason,
    split_part(verdict, ' ', 2) as column_name,
    case
        reason
        when 'missing_field'
        then column_name || ' is absent, empty or 0'
        when 'bad_ts'
        then column_name || ' is not an instant; OTLP counts nanoseconds since 1970'
        when 'nonfinite'
        then column_name || ' is NaN or infinite'
        when 'tokens_too_big'
        then column_name || ' is beyond any real request'
        when 'wrong_type'
        then column_name || ' is not what OTLP defines: ids are hexadecimal, counts whole numbers'
    end as detail,
    sample,
from verdicts
