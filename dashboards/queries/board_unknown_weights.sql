-- One row: the models that 'Open weights' hides only because nobody knows their licence, and their part of the board;
-- no part of users, since one person may use several models.
select count(*) as model_count, case when $unit <> 'users' then sum(share) end as share,
from rankings.leaderboard
where
    period = $period
    and unit = $unit
    and weights is null
    and model_id <> 'other'
    and ($author is null or author = $author)
    and contains(lower(model_id), lower($q))
    and case
        $view
        when 'rising'
        then change > 0 and not is_small_base
        when 'falling'
        then change < 0 and not is_small_base
        when 'new'
        then is_new
        else true
    end
