-- What a request costs at list price. `price` is the struct of prices.resolve(): base, tier_start, tier, tier2_start,
-- tier2, each class a BIGINT in pico-dollars (1e-12 USD) per token, which is USD per million tokens times 1e6.
-- Integers, because they are exact, and three times as fast as DECIMAL. Tokens up to 1e8 (the contract) at prices
-- up to 10,000 USD per million (checked on loading) stay within BIGINT.

-- Prices are looked up per half hour: DeepSeek's off-peak windows start at half past (UTC).
create or replace macro price_slot(start_time) as make_timestamptz((epoch_us(start_time) // 1800000000) * 1800000000);

-- The whole request pays the tier that its input reaches.
create or replace macro price_at(price, input_tokens) as
    case
        when input_tokens > price.tier2_start then price.tier2
        when input_tokens > price.tier_start then price.tier
        else price.base
    end;

-- A class that was used but has no price is NULL; unused, it costs nothing.
create or replace macro class_pico_usd(tokens, pico_usd_per_token) as
    coalesce(tokens * pico_usd_per_token, case when tokens = 0 then 0 end);

-- Outside of any CASE on purpose, here and where these macros are called: DuckDB computes a repeated expression once
-- everywhere but inside CASE branches, where these formulas become five times as slow.
create or replace macro request_pico_usd(input_tokens, output_tokens, cache_read, cache_write, reasoning, rates) as
    class_pico_usd(input_tokens - cache_read - cache_write, rates.input)
    + class_pico_usd(cache_read, rates.cache_read)
    + class_pico_usd(cache_write, rates.cache_write)
    + class_pico_usd(output_tokens - reasoning, rates.output)
    + class_pico_usd(reasoning, rates.reasoning);

create or replace macro cache_pico_usd(cache_read, cache_write, rates) as
    class_pico_usd(cache_read, rates.input - rates.cache_read)
    - class_pico_usd(cache_write, rates.cache_write - rates.input);

-- Half-even to ten decimals, the way costs are stored.
create or replace macro round_half_even(hundredths) as
    hundredths // 100 + (hundredths % 100 + hundredths // 100 % 2 + 49) // 100;
create or replace macro pico_to_usd(pico_usd) as
    cast(
        cast(sign(pico_usd) * round_half_even(abs(pico_usd)) as decimal(18, 0)) * 0.0000000001 as decimal(18, 10)
    );

create or replace macro null_unless(condition) as case when condition then 0 end;

-- NULL: no price, usage unknown, or a used class without a price. Unknown parts count as not used.
create or replace macro list_cost_usd(input_tokens, output_tokens, cache_read, cache_write, reasoning, price) as
    pico_to_usd(
        request_pico_usd(
            input_tokens, output_tokens, coalesce(cache_read, 0), coalesce(cache_write, 0), coalesce(reasoning, 0),
            price_at(price, input_tokens)
        )
        + null_unless(price is not null)
    );

-- What caching saved against paying every input token in full; negative where writes cost more than reads saved.
-- NULL where neither reads nor writes are known.
create or replace macro cache_savings_usd(input_tokens, cache_read, cache_write, price) as
    pico_to_usd(
        cache_pico_usd(coalesce(cache_read, 0), coalesce(cache_write, 0), price_at(price, input_tokens))
        + null_unless(price is not null and input_tokens is not null and coalesce(cache_read, cache_write) is not null)
    );
