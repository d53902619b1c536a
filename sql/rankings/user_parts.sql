-- One row per model and window of four or twelve weeks or a month with k users: whether its count would give back a
-- hidden one of the shorter windows in it, the weeks of four weeks or a month, the four weeks of twelve.
-- Not in current.duckdb: a step of rankings.active_users.
with
    counted as (
        select
            counts.*,
            windows.start_date,
            windows.end_date,
            publication.min_users,
            counts.user_count < min_users as is_small,
        from rankings.user_counts as counts
        inner join rankings.windows on counts.period = windows.period and counts.windows_back = windows.windows_back
        cross join meta.publication as publication
    ),
    parts as (
        -- twelve weeks further back than one window are of weeks that nothing tells
        select
            whole.period,
            whole.windows_back,
            whole.model_id,
            any_value(whole.start_date) as start_date,
            any_value(whole.end_date) as end_date,
            gives_back(whole.user_count, part.user_count, part.is_small, whole.min_users) as is_telling,
        from counted as whole
        inner join
            counted as part
            on whole.model_id = part.model_id
            and part.start_date < whole.end_date
            and part.end_date > whole.start_date
            and case
                whole.period
                when '4w'
                then part.period = '1w'
                when '1mo'
                then part.period in ('1w', 'to_date')
                when '12w'
                then whole.windows_back <= 1 and (part.period = '4w' or part.period = '1w' and part.windows_back >= 16)
            end
        where not whole.is_small
        group by whole.period, whole.windows_back, whole.model_id
    )
select
    parts.period,
    parts.windows_back,
    parts.model_id,
    bool_or(parts.is_telling or coalesce(inner_parts.is_telling, false)) as is_telling,
from parts
left join
    parts as inner_parts
    on parts.period = '12w'
    and inner_parts.period = '4w'
    and parts.model_id = inner_parts.model_id
    and inner_parts.start_date >= parts.start_date
    and inner_parts.end_date <= parts.end_date
group by all
