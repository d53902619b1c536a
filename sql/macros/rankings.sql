-- Formulas of the rankings that more than one table needs.
-- Part over whole from sums of the same rows; no whole, no ratio.
create or replace macro ratio(part, whole) as cast(part as double) / nullif(cast(whole as double), 0);
-- Relative change of a window against the adjacent equal one; nothing there before, no change.
create or replace macro change(now_value, previous_value) as ratio(now_value, previous_value) - 1;
-- Tokens a board ranks by: the gateway's own cache answered some, and no model worked for those.
create or replace macro board_tokens(input, output, from_gateway_cache) as
    coalesce(input, 0) + coalesce(output, 0) - coalesce(from_gateway_cache, 0);
-- A sum is unknown, not zero, when no row behind it is known.
create or replace macro known(total, known_rows) as
    case when coalesce(known_rows, 0) > 0 then coalesce(total, 0) else nullif(total, 0) end;
-- USD per million tokens.
create or replace macro usd_per_mtok(cost_usd, tokens) as ratio(cost_usd, tokens) * 1e6;
-- 95 % Wilson interval of `hits` in `n`, z = 1.96 (0 of 20: 0 to 16.1 %).
create or replace macro wilson_centre(hits, n) as (ratio(hits, n) + 1.9208 / nullif(n, 0)) / (1 + 3.8416 / nullif(n, 0));
create or replace macro wilson_half(hits, n) as
    1.96 * sqrt(ratio(hits, n) * (1 - ratio(hits, n)) / n + 0.9604 / n / n) / (1 + 3.8416 / nullif(n, 0));
create or replace macro wilson_low(hits, n) as
    case when n > 0 then greatest(wilson_centre(hits, n) - wilson_half(hits, n), 0) end;
create or replace macro wilson_high(hits, n) as
    case when n > 0 then least(wilson_centre(hits, n) + wilson_half(hits, n), 1) end;
-- A rate over fewer than 20 events says nothing, and neither does its 95 % interval.
create or replace macro rate_of_20(part, whole) as case when whole >= 20 then ratio(part, whole) end;
create or replace macro rate_low_of_20(part, whole) as case when whole >= 20 then wilson_low(part, whole) end;
create or replace macro rate_high_of_20(part, whole) as case when whole >= 20 then wilson_high(part, whole) end;
-- The company part of `company/model`.
create or replace macro author_of(model_id) as
    case when contains(model_id, '/') then split_part(model_id, '/', 1) else 'unknown' end;
-- A past window's value: unknown before the log began, zero where the model had no row, else as it was.
create or replace macro past(value, row_count, is_covered) as
    case when is_covered then case when row_count > 0 then value else 0 end end;
-- Cost of one class of tokens at USD per million: a class nobody used needs no price.
create or replace macro class_cost(tokens, usd_per_mtok) as
    case when coalesce(tokens, 0) = 0 then 0 else cast(tokens as double) * usd_per_mtok end;
-- Quantile q of log buckets, whose rows carry `nth` (values up to this bucket) and `n` (all): the ceil(q n)-th value;
-- null under the floor below which the order statistics that bound it do not exist.
create or replace macro bucket_quantile(bucket, nth, n, q, smallest_n) as
    case when any_value(n) >= smallest_n then bucket_value(min(bucket) filter (where nth >= ceil(q * n))) end;
-- Whether a cell stays out of sight: it is small itself, or the cheapest of the others beside one that is. A sum over
-- its group then holds two hidden cells at least, one of them not small, and no subtraction gives one back.
create or replace macro hides_cell(cell_group, cell, is_small, cost) as
    is_small
    or (
        bool_or(is_small) over (partition by cell_group)
        and row_number() over (partition by cell_group, is_small order by cost, cell) = 1
    );
-- Whether a count of people gives back one of its parts that is under k. People overlap, so nothing is a difference; but
-- no fewer than `whole` less every other part were in a small one, and under k is told of it: known is more than that
-- somebody was. An aggregate over the parts.
create or replace macro gives_back(all_users, part_users, part_is_small, min_users) as
    coalesce(
        sum(case when part_is_small then 1 else 0 end) > 0
        and any_value(all_users)
        - coalesce(sum(case when not part_is_small then part_users end), 0)
        - any_value(min_users - 1) * (sum(case when part_is_small then 1 else 0 end) - 1)
        > 1,
        false
    );
-- A sum over the windows asked for, zero without a row; not known where one of them is hidden.
create or replace macro told_sum(value, is_hidden, is_asked) as
    case when not coalesce(bool_or(is_hidden) filter (where is_asked), false) then coalesce(sum(value) filter (where is_asked), 0) end;
-- Whether a price is lower by a tenth or more; nothing to pay is not lower than nothing to pay.
create or replace macro is_tenth_lower(usd, other_usd) as usd <= 0.9 * other_usd and usd < other_usd;
-- A span as a bit of a mask, the latest complete one the first; none for the running one, or over 62 spans back.
create or replace macro span_bit(spans_back) as case when spans_back between 0 and 62 then 1::bigint << spans_back end;
-- Whom users are drawn together with: nobody, or in a log of more than 1,024 people everybody of the same hash.
create or replace macro user_block(user_id, user_count) as
    case when user_count > 1024 then md5_number_lower(user_id) % 1024 else md5_number_lower(user_id) end;
-- Where a window's edge lies that many steps before: so many times its days, or calendar months, which differ in length.
create or replace macro window_before(period, edge, window_days, steps) as
    case when period = '1mo' then cast(edge - to_months(steps) as date) else edge - cast(steps * window_days as integer) end;
-- An earlier window's value at this window's length, so that February is not less than March for being short: per day,
-- times this window's days. Not for users, whom no division scales.
create or replace macro at_length(value, unit, window_days, value_days) as
    case
        when window_days = value_days then cast(value as double)
        when unit <> 'users' then cast(value as double) * window_days / value_days
    end;
