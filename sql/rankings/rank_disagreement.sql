-- One row per period and pair of units: how alike they order the models among the first ten of either.
-- kendall_tau_b is 1 for the same order, -1 for the reverse, null under 5 models known in both; overlap_count is how
-- many are among the first ten of both.
with
    pairs as (
        select
            one.period,
            one.unit,
            other.unit as other_unit,
            one.model_id,
            one.value,
            other.value as other_value,
            one.rank <= 10 and other.rank <= 10 as is_in_both,
        from rankings.standings as one
        inner join
            rankings.standings as other
            on one.period = other.period
            and one.model_id = other.model_id
            and one.unit <> other.unit
        where one.value is not null and other.value is not null and (one.rank <= 10 or other.rank <= 10)
    ),
    compared as (
        select
            a.period,
            a.unit,
            a.other_unit,
            sum(sign(a.value - b.value) * sign(a.other_value - b.other_value)) as concordant,
            count(*) filter (where a.value <> b.value) as untied,
            count(*) filter (where a.other_value <> b.other_value) as other_untied,
        from pairs as a
        inner join
            pairs as b
            on a.period = b.period
            and a.unit = b.unit
            and a.other_unit = b.other_unit
            and a.model_id < b.model_id
        group by a.period, a.unit, a.other_unit
    )
select
    pairs.period,
    pairs.unit,
    pairs.other_unit,
    count(*) as model_count,
    count(*) filter (where pairs.is_in_both) as overlap_count,
    case
        when count(*) >= 5
        then ratio(any_value(compared.concordant), sqrt(any_value(compared.untied::double * compared.other_untied)))
    end as kendall_tau_b,
from pairs
left join compared using (period, unit, other_unit)
group by pairs.period, pairs.unit, pairs.other_unit
