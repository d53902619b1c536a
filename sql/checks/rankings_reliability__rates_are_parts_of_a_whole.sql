-- Success lies inside its interval, and the error rates of a model add up to no more than 1.
select period, model_id,
from rankings.reliability
where
    request_success_rate not between request_success_rate_low - 1e-9
    and request_success_rate_high + 1e-9
    or error_rate_rate_limit
    + error_rate_timeout
    + error_rate_server_error
    + error_rate_overloaded
    + error_rate_connection
    + error_rate_auth
    + error_rate_bad_request
    + error_rate_context_length
    + error_rate_content_filter
    + error_rate_budget
    + error_rate_other
    > 1 + 1e-9
