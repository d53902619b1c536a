-- One row is one OTLP/JSON export request (ExportTraceServiceRequest): only the fields Podium reads, as text.
-- int64 and nanoseconds are JSON strings by the standard and numbers in the wild; events and links are never taken up.
-- Only a sifted copy knows where its records stood (podium_source_row).
select *,
from
    read_json(
        $path,
        format = $format,
        compression = $compression,
        columns = {podium_source_row:'BIGINT', "resourceSpans":'STRUCT(
        resource STRUCT(attributes STRUCT("key" VARCHAR, "value" STRUCT("stringValue" VARCHAR))[]),
        "scopeSpans" STRUCT(
            scope STRUCT(name VARCHAR),
            spans STRUCT(
                "traceId" VARCHAR, "spanId" VARCHAR, "parentSpanId" VARCHAR, name VARCHAR, kind VARCHAR,
                "startTimeUnixNano" VARCHAR, "endTimeUnixNano" VARCHAR, status STRUCT(code VARCHAR, message VARCHAR),
                attributes STRUCT("key" VARCHAR, "value" STRUCT(
                    "stringValue" VARCHAR, "intValue" VARCHAR, "doubleValue" VARCHAR, "boolValue" VARCHAR,
                    "arrayValue" STRUCT("values" STRUCT("stringValue" VARCHAR)[])
                ))[]
            )[]
        )[]
    )[]', "resourceLogs":'STRUCT("schemaUrl" VARCHAR)[]', "resourceMetrics":'STRUCT("schemaUrl" VARCHAR)[]',}
    )
