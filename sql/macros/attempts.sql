-- Whether a gateway tells of earlier tries of a request (LiteLLM's counters, whose sign is right where their size is not).
create or replace macro is_after_unlogged(attempt_index, retries, fallbacks) as
    coalesce(attempt_index, 0) > 0 or coalesce(retries, 0) + coalesce(fallbacks, 0) > 0;
