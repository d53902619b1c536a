-- One row per hour (UTC), model and provider: requests by outcome, attempts, tokens and money, all additive.
select * exclude (event_date),
from lake.usage_hourly
