-- One row: all traffic of a period, with changes against the window before.
select * from rankings.totals where period = $period
