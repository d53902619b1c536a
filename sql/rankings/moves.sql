-- One row per comparison, model that appeared (to), user active before and after who took it up, and model that lost a
-- share of the user's tokens (from): that loss, what of it moved to the model, and all that the model gained by the
-- user. Shares are in tokens of the weeks after.
-- Not in current.duckdb: rows of single people; rankings.substitution sums them.
with
    takers as (
        select distinct appearances.*, activity.user_id,
        from rankings.appearances
        inner join
            rollups.user_activity_daily as activity
            on appearances.model_id = activity.model_id
            and activity.event_date >= appearances.appeared_date
            and activity.event_date < appearances.end_date
        where activity.user_id is not null and activity.total_tokens > 0
    ),
    used as (
        select
            takers.window_weeks,
            takers.model_id as to_model_id,
            takers.user_id,
            activity.model_id,
            coalesce(sum(total_tokens) filter (where event_date < appeared_date), 0)::double as before,
            coalesce(sum(total_tokens) filter (where event_date >= appeared_date), 0)::double as after,
        from takers
        inner join
            rollups.user_activity_daily as activity
            on takers.user_id = activity.user_id
            and activity.event_date >= takers.start_date
            and activity.event_date < takers.end_date
        group by all
    ),
    changed as (
        -- decimals, so that the sums below are the same in any order
        select
            *,
            cast(
                after - before / nullif(sum(before) over person, 0) * sum(after) over person as decimal(28, 6)
            ) as gain,
        from used
        window person as (partition by window_weeks, to_model_id, user_id)
    ),
    shared as (
        select
            *,
            cast(sum(greatest(gain, 0)) over person as decimal(28, 6)) as all_gains,
            cast(sum(gain) filter (where model_id = to_model_id) over person as decimal(28, 6)) as own_gain,
        from changed
        window person as (partition by window_weeks, to_model_id, user_id)
    )
select
    window_weeks,
    to_model_id,
    user_id,
    model_id as from_model_id,
    cast(- gain as decimal(28, 6)) as loss_tokens,
    cast(- gain::double * own_gain::double / all_gains::double as decimal(28, 6)) as moved_tokens,
    own_gain as gain_tokens,
from shared
where gain < 0 and own_gain > 0
