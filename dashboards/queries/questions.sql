-- One row per ready-made question: its text is the first sentence of its comment.
select
    table_name as name,
    regexp_extract(comment, '^(.*?\?)', 1) as question,
    trim(regexp_extract(comment, '^.*?\?(.*?)(Change: |$)', 1)) as answer,
    regexp_extract(comment, 'Change: (.*)$', 1) as change,
    sql,
from meta.method
where kind = 'question'
order by question
