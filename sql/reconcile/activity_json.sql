-- One row is one item of OpenRouter's Activity, as its API answers (in `data`) or bare.
with
    delivered as (
        select *,
        from
            read_json(
                $path,
                format = $format,
                compression = $compression,
                columns = {
                    data:'STRUCT(
        date VARCHAR, model VARCHAR, usage DOUBLE, byok_usage_inference DOUBLE, requests DOUBLE, prompt_tokens DOUBLE,
        completion_tokens DOUBLE, reasoning_tokens DOUBLE
    )[]',
                    date:'VARCHAR',
                    model:'VARCHAR',
                    usage:'DOUBLE',
                    byok_usage_inference:'DOUBLE',
                    requests:'DOUBLE',
                    prompt_tokens:'DOUBLE',
                    completion_tokens:'DOUBLE',
                    reasoning_tokens:'DOUBLE',
                }
            )
    )

select unnest(data, recursive := true),
from delivered
where data is not null
union all by name
select * exclude (data),
from delivered
where data is null
