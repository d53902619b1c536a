-- What people and judges say of an answer: a number from 0 to 1, a boolean, or a word; NULL for any other text.
create or replace macro score_of(text) as case
    when lower(trim(text)) in (
        'true', 'up', 'thumbs_up', 'thumbs-up', 'thumbs up', 'thumbsup', '👍', 'like', 'positive', 'good', 'yes', 'pass'
    ) then 1e0
    when lower(trim(text)) in (
        'false', 'down', 'thumbs_down', 'thumbs-down', 'thumbs down', 'thumbsdown', '👎', 'dislike', 'negative', 'bad', 'no', 'fail'
    ) then 0e0
    when try_cast(text as double) between 0 and 1 then abs(round_even(try_cast(text as double), 9))
end;
-- Whether a score of one day counts for a request of another: clocks may differ, and nobody judges for ever.
create or replace macro is_score_due(request_date, score_date, score_days) as
    score_date >= request_date - 1 and score_date <= request_date + cast(score_days as integer);
-- A short text on one line; see label_of for what is private.
create or replace macro is_short_label(text) as length(text) <= 100 and not is_unprintable(text);
