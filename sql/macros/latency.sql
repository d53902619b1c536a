-- Logarithmic buckets of at most 1 % relative error, additive across any window (DDSketch, VLDB 2019).
-- g = 1.01 / 0.99; bucket i holds (g^(i-1), g^i]; values up to 1 unit share bucket 0.
create or replace macro latency_bucket(x) as
    case when x > 1 then cast(ceil(ln(x) / 0.020000666706669435) as smallint) when x >= 0 then 0::smallint end;
create or replace macro bucket_value(i) as 2 * exp(i * 0.020000666706669435) / (1.01 / 0.99 + 1);
