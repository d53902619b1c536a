-- One row: the dates of a period.
select period, start_date, end_date, is_complete, has_previous, from rankings.periods where period = $period
