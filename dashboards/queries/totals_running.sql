-- One row: all traffic of the running week so far, without changes.
select * from rankings.totals_weekly where not is_complete
