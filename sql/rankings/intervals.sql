-- One row per period, unit and model with traffic: how far its share, rank, change and price could be from luck, as
-- 95 % intervals from 1,000 draws of users. Null under 20 users, and where a draw without the earlier traffic says
-- nothing; requests without a user are taken to vary like those with one (user_coverage_share).
-- Models are tied_group 1 if none is surely above them, 2 if one is, and so on.
with
    units as (
        select
            period,
            unit,
            model_id,
            share_low,
            share_high,
            rank_low::bigint as rank_low,
            rank_high::bigint as rank_high,
            columns('^p_rank_le_'),
            ratio_low - 1 as change_low,
            ratio_high - 1 as change_high,
        from rankings.draws
        where unit <> 'price' and model_id <> '(all)'
    ),
    beaten as (
        select worse.period, worse.unit, worse.model_id, count(better.model_id) + 1 as tied_group,
        from units as worse
        left join
            units as better
            on worse.period = better.period
            and worse.unit = better.unit
            and better.share_low > worse.share_high
        where worse.share_high is not null
        group by worse.period, worse.unit, worse.model_id
    )
select
    units.*,
    beaten.tied_group,
    units.change_low > 0 or units.change_high < 0 as has_clear_change,
    price.ratio_low / 1e3 as effective_usd_per_mtok_low,
    price.ratio_high / 1e3 as effective_usd_per_mtok_high,
    ratio(volume.user_known_count, volume.request_count) as user_coverage_share,
from units
left join beaten using (period, unit, model_id)
left join
    rankings.draws as price on units.period = price.period and units.model_id = price.model_id and price.unit = 'price'
left join
    rankings.volume as volume
    on units.period = volume.period
    and units.model_id = volume.model_id
    and volume.windows_back = 0
