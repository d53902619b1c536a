-- One row is one record that can not become a row of the request log, with the first reason found.
-- Landing judges everything the staged columns can express; this holds only what they can not.
select
    source_row,
    verdict.reason as reason,
    nullif(verdict.column_name, '') as column_name,
    verdict.detail as detail,
    cast(
        json_object(
            'status',
            status,
            'operation_name',
            operation_name,
            'request_model',
            left(printable(request_model), 60),
            'input_tokens',
            cast(input_tokens as varchar),
            'output_tokens',
            cast(output_tokens as varchar)
        ) as varchar
    ) as sample,
from mapped.typed
where verdict is not null
