"""What the collector says no to: a status, a reason and a next step; never a word of what was sent."""

from starlette.requests import Request
from starlette.responses import JSONResponse

RETRY_AFTER_S = 5


class Refused(Exception):
    """A request that is not accepted; nothing of it was stored."""

    def __init__(self, status: int, message: str, next_step: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status, self.message, self.next_step, self.headers = status, message, next_step, headers

    def response(self) -> JSONResponse:
        """The answer; `message` is also where an OTLP client looks for the reason."""
        return JSONResponse({"message": self.message, "next_step": self.next_step}, self.status, self.headers)


class NotNow(Refused):
    """A request to send again later.

    LiteLLM (1.106) sends again after 5xx only, OpenTelemetry after 429 and 503: LiteLLM must not be told 429.
    """

    def __init__(self, request: Request, message: str, next_step: str, status: int = 429) -> None:
        told = 503 if request.url.path == "/v1/litellm" else status
        super().__init__(told, message, next_step, {"Retry-After": str(RETRY_AFTER_S)})
