-- One row: news of the latest whole week: who leads by a unit and did not before, which models are new by tokens, and
-- the ten that moved most places by tokens, two or more, from a base large enough to tell.
with
    board as (select * from rankings.leaderboard where period = '1w' and rank is not null and is_new is not null),
    week as (select start_date, end_date from rankings.periods where period = '1w'),
    movers as (
        select *
        from board
        where unit = 'tokens' and abs(rank_change) >= 2 and not is_small_base
        order by abs(rank_change) desc, rank
        limit 10
    ),
    news as (
        select 1 as place, 'leader' as kind, *
        from board
        where rank = 1 and previous_rank is distinct from 1
        union all
        select 2, 'new', *
        from board
        where unit = 'tokens' and is_new
        union all
        select 3, 'moved', *
        from movers
    )
select
    news.kind,
    news.unit,
    news.model_id,
    news.rank,
    news.previous_rank,
    news.rank_change,
    news.value,
    news.share,
    week.start_date,
    week.end_date,
from news
cross join week
order by news.place, abs(coalesce(news.rank_change, 0)) desc, news.rank, news.unit
