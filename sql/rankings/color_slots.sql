-- One row per model, author, provider, licence, country or size class that was ever among a complete week's first seven
-- by tokens: the colour it keeps.
-- Slots 1 to 7 go in order of first entry and then round again; grey is nobody's.
with
    tokens as (
        select
            date_trunc('week', event_date)::date as week_start,
            model_id,
            provider_name,
            sum(board_tokens(input_tokens, output_tokens, response_cache_hit_tokens)) as tokens,
        from rollups.usage_daily
        where event_date < (select max(end_date) from rankings.periods where period = '1w')
        group by all
    ),
    entities as (
        select
            week_start,
            tokens,
            unnest(['model', 'author', 'provider', 'weights', 'country', 'size_class']) as kind,
            unnest(
                [
                    tokens.model_id,
                    coalesce(models.author, author_of(tokens.model_id)),
                    tokens.provider_name,
                    models.weights,
                    models.author_country,
                    models.size_class
                ]
            ) as entity_id,
        from tokens
        left join reference.models on tokens.model_id = models.model_id
    ),
    placed as (
        select
            kind,
            entity_id,
            week_start,
            row_number() over (partition by kind, week_start order by sum(tokens) desc, entity_id) as place,
        from entities
        where entity_id is not null
        group by kind, entity_id, week_start
        having sum(tokens) > 0
        qualify place <= 7
    ),
    claims as (
        select kind, entity_id, min(week_start) as since_week, arg_min(place, week_start) as place,
        from placed
        group by kind, entity_id
    )
select
    kind,
    entity_id,
    ((row_number() over (partition by kind order by since_week, place) - 1) % 7 + 1)::integer as slot,
    since_week,
from claims
