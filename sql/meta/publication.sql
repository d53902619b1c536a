-- One row: which version this file is, the instant it was computed for, and how far its data reaches.
-- data_through is the start of the newest hour that every live source has rows of: further no row is proven.
-- A source silent for two days does not hold the others back.
with
    live as (
        select last_hour
        from meta.sources
        where last_hour >= (select max(last_hour) from meta.sources) - interval 2 day
    )

select
    cast($version as bigint) as version,
    cast($as_of as timestamp) as as_of,
    least((select min(last_hour) from live), cast($as_of as timestamp)) as data_through,
    cast($as_of as timestamp) as built_at,
    coalesce((select bool_or(is_simulated) from meta.sources), false) as is_simulated,
    $podium_version as podium_version,
    cast($sequence as bigint) as batch_sequence,
    $rollup_versions as rollup_versions,
    $fingerprint as fingerprint,
    $reference_fingerprint as reference_fingerprint,
    cast($min_users as bigint) as min_users,
    $reporting_timezone as reporting_timezone,
