-- One row per complete period: how many models, and how many authors, a user keeps to, among users with five requests
-- in it. effective_models_per_user: the median of 1 over the sum of a user's squared request shares.
-- Under k such users nothing is told, and no share of fewer than k.
with
    used as (
        select periods.period, activity.user_id, activity.model_id, sum(activity.request_count) as requests,
        from rankings.periods
        inner join
            rollups.user_activity_daily as activity
            on activity.event_date >= periods.start_date
            and activity.event_date < periods.end_date
        where periods.is_complete and activity.user_id is not null and activity.request_count > 0
        group by all
    ),
    authored as (
        select
            used.period,
            used.user_id,
            coalesce(models.author, author_of(used.model_id)) as author,
            sum(used.requests) as requests,
        from used
        left join reference.models on used.model_id = models.model_id
        group by all
    ),
    by_author as (
        select period, user_id, count(*) as authors, pow(sum(requests), 2) / sum(pow(requests, 2)) as effective_authors,
        from authored
        group by period, user_id
    ),
    people as (
        select
            used.period,
            used.user_id,
            count(*) as models,
            pow(sum(used.requests), 2) / sum(pow(used.requests, 2)) as effective_models,
            any_value(by_author.authors) as authors,
            any_value(by_author.effective_authors) as effective_authors,
        from used
        inner join by_author on used.period = by_author.period and used.user_id = by_author.user_id
        group by used.period, used.user_id
        having sum(used.requests) >= 5
    ),
    counted as (
        select
            period,
            count(*) as users,
            count_if(models >= 2) as of_models,
            count_if(authors >= 2) as of_authors,
            median(effective_models) as effective_models,
            median(effective_authors) as effective_authors,
        from people
        group by period
    )
select
    period,
    users as multi_homing_n,
    case when of_models >= min_users then ratio(of_models, users) end as multi_homing_share,
    case when of_models >= min_users then wilson_low(of_models, users) end as multi_homing_share_low,
    case when of_models >= min_users then wilson_high(of_models, users) end as multi_homing_share_high,
    effective_models as effective_models_per_user,
    case when of_authors >= min_users then ratio(of_authors, users) end as author_multi_homing_share,
    case when of_authors >= min_users then wilson_low(of_authors, users) end as author_multi_homing_share_low,
    case when of_authors >= min_users then wilson_high(of_authors, users) end as author_multi_homing_share_high,
    effective_authors as effective_authors_per_user,
from counted
cross join meta.publication as publication
where users >= min_users
