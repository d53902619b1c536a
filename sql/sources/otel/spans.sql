-- One row is one span, in the file's order: where it stood, its ids and clock, and its attributes as two lists, names
-- and values. Looking a name up in such a list costs half of a map made per span (measured), and a name that is there
-- twice, which would break a map, means its first value.
with
    resources as (
        select source_row as record, unnest("resourceSpans") as resource_spans
        from otel.read
    ),

    resource_names as (
        select
            record,
            resource_spans,
            list_transform(resource_spans.resource.attributes, lambda pair:pair."key") as names,
            list_transform(resource_spans.resource.attributes, lambda pair:pair."value"."stringValue") as texts,
        from resources
    ),

    scopes as (
        select
            record,
            label_of(otel_told(names, texts, 'service.name')) as service_name,
            label_of(
                coalesce(
                    otel_told(names, texts, 'deployment.environment.name'),
                    otel_told(names, texts, 'deployment.environment')
                )
            ) as environment,
            label_of(otel_told(names, texts, 'cloud.region')) as cloud_region,
            label_of(otel_told(names, texts, 'team')) as team_name,
            if(team_name is null, otel_told(names, texts, 'team'), null) as private_team,
            otel_told(names, texts, 'openrouter.trace.id') as openrouter_trace_id,
            unnest(resource_spans."scopeSpans") as scope_spans,
        from resource_names
    ),

    spans as (
        select * exclude (scope_spans), scope_spans.scope.name as scope_name, unnest(scope_spans.spans) as span,
        from scopes
    )

select
    * exclude (span),
    lower(span."traceId") as trace_id,
    lower(span."spanId") as span_id,
    lower(nullif(span."parentSpanId", '')) as parent_id,
    span.name as span_name,
    span.kind as kind,
    span."startTimeUnixNano" as start_ns,
    span."endTimeUnixNano" as end_ns,
    span.status.code as status_code,
    span.status.message as status_message,
    list_transform(span.attributes, lambda pair:pair."key") as names,
    list_transform(span.attributes, lambda pair:otel_value(pair."value")) as texts,
from spans
