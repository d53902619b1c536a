-- 95 % interval of quantile q of log buckets (rows carry `nth` and `n` as for bucket_quantile): from the lower edge of
-- the bucket of order statistic floor(n q - 1.96 sqrt(n q (1 - q))) to the upper edge of that of
-- ceil(n q + 1.96 sqrt(n q (1 - q))) + 1; null under the floor below which either does not exist.
create or replace macro bucket_quantile_low(bucket, nth, n, q, smallest_n) as
    case
        when any_value(n) >= smallest_n
        then bucket_low(min(bucket) filter (where nth >= floor(q * n - 1.96 * sqrt(n * q * (1 - q)))))
    end;
create or replace macro bucket_quantile_high(bucket, nth, n, q, smallest_n) as
    case
        when any_value(n) >= smallest_n
        then bucket_high(min(bucket) filter (where nth >= ceil(q * n + 1.96 * sqrt(n * q * (1 - q))) + 1))
    end;
-- The same three of 5 % buckets.
create or replace macro coarse_quantile(bucket, nth, n, q, smallest_n) as
    case when any_value(n) >= smallest_n then coarse_value(min(bucket) filter (where nth >= ceil(q * n))) end;
create or replace macro coarse_quantile_low(bucket, nth, n, q, smallest_n) as
    bucket_quantile_low(5 * bucket - 4, nth, n, q, smallest_n);
create or replace macro coarse_quantile_high(bucket, nth, n, q, smallest_n) as
    bucket_quantile_high(5 * bucket, nth, n, q, smallest_n);
