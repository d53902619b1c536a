-- severity: warn
-- No UTC day counts two logs of the same gateway: name the pair in PODIUM_RECONCILE (see the README), and the second is held
-- against the first instead of being counted.
with
    logs as (
        select *
        from
            (
                values ('litellm_slp', 'litellm_spendlogs'), ('openrouter_generation', 'openrouter_broadcast')
            ) as logs(source, other_source)
    ),

    days as (select distinct cast(hour as date) as event_date, source from rollups.log_totals_hourly)

select mine.event_date, logs.source, logs.other_source,
from logs
inner join days as mine on logs.source = mine.source
inner join days as theirs on logs.other_source = theirs.source and mine.event_date = theirs.event_date
