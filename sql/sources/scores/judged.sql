-- One row is one delivered score with its values, and why it can not be a row if so: 'reason column'. A view.
with
    valued as (
        select
            source_row,
            request_id,
            score as score_text,
            score_of(score) as score,
            coalesce(nullif(lower(trim(name)), ''), 'feedback') as score_name,
            nullif(trim(evaluator), '') as evaluator,
            nullif(trim("at"), '') as at_text,
            coalesce(instant_epoch_s("at"), instant_iso8601("at")) as scored_at,
        from scores.read
    )

select
    *,
    case
        when request_id is null then 'null_id request_id'
        when strlen(request_id) not between 1 and 256 then 'bad_id request_id'
        when score_text is null then 'missing_field score'
        when score is null then 'bad_score score'
        when label_of(score_name) is null or not is_short_label(score_name) then 'bad_label name'
        when evaluator[1] in ('{', '[') or not is_short_label(evaluator) then 'bad_label evaluator'
        when at_text is not null
            and (scored_at is null or not scored_at between timestamptz '2000-01-01 00:00:00+00' and timestamptz '2200-01-01 00:00:00+00')
        then 'bad_ts at'
    end as misfit,
from valued
