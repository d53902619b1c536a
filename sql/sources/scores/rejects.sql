-- One row is one delivered score that can not become a row, with the first reason found; free text is not repeated.
select
    source_row,
    split_part(misfit, ' ', 1) as reason,
    split_part(misfit, ' ', 2) as column_name,
    case split_part(misfit, ' ', 1)
        when 'bad_id' then 'request_id has ' || strlen(request_id) || ' characters'
        when 'bad_score' then 'score is not a number from 0 to 1, a boolean, or a word such as up or down'
        when 'bad_label' then split_part(misfit, ' ', 2) || ' is no label: short, on one line, no person, no JSON'
        when 'bad_ts' then 'at is neither ISO 8601 nor seconds since 1970, or not between 2000 and 2200'
        else split_part(misfit, ' ', 2) || ' is missing'
    end as detail,
    cast(json_object('score', cast(try_cast(score_text as double) as varchar), 'at', cast(scored_at as varchar)) as varchar) as sample,
from scores.judged
where misfit is not null
