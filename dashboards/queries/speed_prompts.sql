-- One row: a prompt size in a period, of one model or `(all)`: time to first token in seconds, from 5 % buckets.
select
    prompt_tokens_to,
    case prompt_tokens_to
        when 1000 then 'to 1K' when 10000 then 'to 10K' when 100000 then 'to 100K' when 1000000 then 'to 1M' else 'to 10M'
    end as label,
    p50 / 1e3 as p50_s,
    p50_low / 1e3 as low_s,
    p50_high / 1e3 as high_s,
    p95 / 1e3 as p95_s,
    sample_count::double as n,
from rankings.speed_by_prompt
where
    period = $period
    and model_id = coalesce($model, '(all)')
    and metric = 'ttft'
    and p50 is not null
    and prompt_tokens_to is not null
order by prompt_tokens_to
