"""Who may send: the right token, and on this machine alone no page of a browser that was led here by a foreign name."""

import hmac
from ipaddress import ip_address

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from pipeline.collector.refusal import Refused
from pipeline.settings import PodiumError

SHORTEST_TOKEN = 16


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches the address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def check_token(host: str, token: str | None) -> None:
    """Raises PodiumError if the address needs a token, or the token is none to rely on."""
    made = "make one: export PODIUM_COLLECT_TOKEN=$(openssl rand -hex 32)"
    if token is None:
        if not is_loopback(host):
            raise PodiumError(f"others reach {host}, so senders must show a token; {made}")
    elif len(token) < SHORTEST_TOKEN or not (token.isascii() and token.isprintable() and " " not in token):
        raise PodiumError(f"PODIUM_COLLECT_TOKEN must be {SHORTEST_TOKEN} or more printable letters; {made}")


class Guard:
    """In front of every route: the Host header, then the token (which /healthz does not need)."""

    def __init__(self, app: ASGIApp, host: str, token: str | None) -> None:
        self.app = app
        self.names = {"localhost", "127.0.0.1", "::1", host} if is_loopback(host) else None
        self.token = token.encode() if token else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer why not."""
        refused = self._refusal(scope) if scope["type"] == "http" else None
        await (refused.response() if refused else self.app)(scope, receive, send)

    def _refusal(self, scope: Scope) -> Refused | None:
        headers = Headers(scope=scope)
        if self.names is not None and _name(headers.get("host", "")) not in self.names:
            return Refused(421, "this Host is not served here", "use the address podium collect shows, as 127.0.0.1")
        scheme, _, shown = headers.get("authorization", "").encode("latin-1").partition(b" ")
        is_known = self.token is None or (scheme.lower() == b"bearer" and hmac.compare_digest(shown, self.token))
        if not is_known and scope["path"] != "/healthz":
            next_step = "send the header Authorization: Bearer <PODIUM_COLLECT_TOKEN>"
            return Refused(401, "the token is missing or wrong", next_step, {"WWW-Authenticate": "Bearer"})
        return None


def _name(host: str) -> str:
    """The name in a Host header, without port and brackets."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].lower()
