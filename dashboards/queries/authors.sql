-- One row: an author on a board, in order of their best rank.
select author, any_value(author_name) as author_name,
from rankings.leaderboard
where period = $period and unit = $unit and author is not null
group by all
order by min(rank) nulls last, author
