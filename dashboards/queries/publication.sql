-- One row: which version this published file is.
select version, as_of, data_through, is_simulated, podium_version, reporting_timezone, min_users, from meta.publication
