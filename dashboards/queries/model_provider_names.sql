-- One row: a provider that ever served a model, the largest seven.
select coalesce(provider_name, '(unknown)') as provider_name
from rollups.usage_daily
where model_id = $model
group by all
order by sum(coalesce(input_tokens, 0) + coalesce(output_tokens, 0)) desc, 1
limit 7
