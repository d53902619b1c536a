-- One row per window, grouping (model, author, provider) and unit (tokens, requests, spend): how concentrated traffic is.
-- top_n_share: the n largest known members' part of all traffic, what is not known included. hhi, effective_count and gini
-- are over known members with traffic alone, as if these were all (known_share says how much of it they are): hhi runs to
-- 10,000 (one has it all), effective_count is 10,000 / hhi, gini 0 where all are equal.
-- Origin: the Herfindahl-Hirschman index and Gini's coefficient as statistics has them.
with
    ranked as (
        select
            *,
            row_number() over (partition by period, windows_back, market, unit order by value) as nth,
            ratio(value, sum(value) over (partition by period, windows_back, market, unit)) as part,
        from rankings.market_units
        where market in ('model', 'author', 'provider') and place is not null and value > 0
    )
select
    period,
    windows_back,
    any_value(start_date) as start_date,
    any_value(end_date) as end_date,
    any_value(is_complete) as is_complete,
    market,
    unit,
    count(*)::integer as member_count,
    10000 * sum(part * part order by nth) as hhi,
    1 / sum(part * part order by nth) as effective_count,
    2 * sum(nth * part order by nth) / count(*) - (count(*) + 1) / count(*) as gini,
    sum(share order by nth) filter (where place <= 1) as top_1_share,
    sum(share order by nth) filter (where place <= 5) as top_5_share,
    sum(share order by nth) filter (where place <= 10) as top_10_share,
    sum(share order by nth) filter (where place <= 20) as top_20_share,
    sum(share order by nth) as known_share,
from ranked
group by period, windows_back, market, unit
