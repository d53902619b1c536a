-- One row per window and model: the distinct known users whose requests it answered; no row is nobody known.
-- `(all)` is everybody once; `other` is everybody of the models that are not listed (rankings.user_counts).
-- A count under k is hidden (null), and a larger one that would give it back. People overlap, so nothing is a difference;
-- but whom all told counts do not hold, the hidden ones must. Where that would be known of more than one person, the
-- smallest told count is hidden, too; likewise `other`, and a longer window for the weeks in it (rankings.user_parts).
-- Days are not held against weeks, nor is a month against what it lies in; requests are told, and n are of n at most.
with
    counted as (
        select
            counts.*,
            counts.user_count < publication.min_users as is_small,
            publication.min_users,
            counts.model_id not in ('(all)', 'other') as is_model,
        from rankings.user_counts as counts
        cross join meta.publication as publication
    ),
    groups as (
        select
            period,
            windows_back,
            gives_back(
                case when model_id = '(all)' then user_count end,
                case when is_model then user_count end,
                is_model and is_small,
                min_users
            ) as is_telling,
            gives_back(
                case when model_id = 'other' then user_count end,
                case when not is_listed then user_count end,
                not is_listed and is_small,
                min_users
            )
            or coalesce(bool_or(is_listed and is_small), false) as is_other_telling,
            coalesce(
                arg_min(model_id, row(user_count, model_id)) filter (where is_model and not is_small), '(all)'
            ) as companion,
        from counted
        group by period, windows_back
    ),
    judged as (
        select
            counted.*,
            counted.is_small
            or coalesce(user_parts.is_telling, false)
            or (groups.is_telling and counted.model_id = groups.companion)
            or (groups.is_other_telling and counted.model_id = 'other') as is_hidden,
        from counted
        inner join groups on counted.period = groups.period and counted.windows_back = groups.windows_back
        left join
            rankings.user_parts
            on counted.period = user_parts.period
            and counted.windows_back = user_parts.windows_back
            and counted.model_id = user_parts.model_id
    )
select period, windows_back, model_id, case when not is_hidden then user_count end as active_user_count, is_hidden,
from judged
