-- One row: a sample for Prometheus: its name, what it means, its labels and its value. Instants are Unix seconds, UTC.
with
    delivered as (
        select
            source,
            unnest(['landed', 'duplicate', 'quarantined']) as outcome,
            unnest([sum(rows_landed), sum(rows_duplicate), sum(rows_quarantined)]) as row_count,
        from meta.batches
        group by source
    ),
    known as (
        select
            period,
            unnest(['usage', 'price', 'user']) as known_of,
            unnest([usage_coverage_share, pricing_coverage_share, user_coverage_share]) as share,
        from rankings.totals
    ),
    samples as (
        select
            1 as place,
            'podium_published_version' as name,
            'Number of the published version' as meaning,
            map{}::map(varchar, varchar) as labels,
            version::double as value,
        from meta.publication
        union all
        select
            2, 'podium_as_of_timestamp_seconds', 'Instant the published version was computed for', map{}, epoch(as_of),
        from meta.publication
        union all
        select
            3,
            'podium_data_through_timestamp_seconds',
            'Start of the newest hour every live source has rows of',
            map{},
            epoch(data_through),
        from meta.publication
        union all
        select
            4,
            'podium_is_simulated',
            '1 where some of the traffic was invented by the simulator',
            map{},
            is_simulated::integer,
        from meta.publication
        union all
        select
            5,
            'podium_source_last_hour_timestamp_seconds',
            'Start of the newest hour a source has rows of',
            map{'source':source},
            epoch(last_hour),
        from meta.sources
        union all
        select 6, 'podium_source_rows', 'Rows of a source that count', map{'source':source}, row_count,
        from meta.sources
        union all
        select 7, 'podium_source_requests', 'Requests of a source that count', map{'source':source}, request_count,
        from meta.sources
        union all
        select
            8,
            'podium_delivered_rows',
            'Rows delivered, by where they went',
            map{'source':source, 'outcome':outcome},
            row_count,
        from delivered
        union all
        select
            9,
            'podium_coverage_share',
            'Part of the traffic of a period whose usage, price or user is known, 0 to 1',
            map{'period':period, 'known':known_of},
            share,
        from known
        union all
        select
            10,
            'podium_check_violations',
            'Violations a check of the published version found',
            map{'check':check_name, 'severity':severity},
            violation_count,
        from meta.checks
    )

select name, meaning, labels, value,
from samples
where value is not null
order by place, labels::varchar
