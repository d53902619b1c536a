-- Logarithmic buckets of at most 1 % relative error, additive across any window (DDSketch, VLDB 2019).
-- g = 1.01 / 0.99; bucket i holds (g^(i-1), g^i]; values up to 1 unit share bucket 0.
create or replace macro latency_bucket(x) as
    case when x > 1 then cast(ceil(ln(x) / 0.020000666706669435) as smallint) when x >= 0 then 0::smallint end;
create or replace macro bucket_value(i) as 2 * exp(i * 0.020000666706669435) / (1.01 / 0.99 + 1);
-- The edges of a bucket: what fell into it lies above `low`, up to `high`.
create or replace macro bucket_low(i) as case when i > 0 then exp((i - 1) * 0.020000666706669435) else 0 end;
create or replace macro bucket_high(i) as exp(i * 0.020000666706669435);
-- What a request cost, in buckets of the same: a unit is a thousand-millionth of a dollar.
create or replace macro cost_bucket(usd) as latency_bucket(cast(usd as double) * 1e9);
-- Five buckets as one of at most 5 % relative error, for views that need many of them.
create or replace macro coarse_bucket(i) as cast(ceil(i / 5) as smallint);
create or replace macro coarse_value(c) as 2 * exp(c * 0.100003333533347175) / (exp(0.100003333533347175) + 1);
