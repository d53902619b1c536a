"""`podium collect`: an HTTP endpoint gateways post their logs to; what it acknowledges is in the inbox for good."""

import asyncio
import signal
import socket

import uvicorn
from rich.console import Console
from uvicorn.protocols.http.h11_impl import H11Protocol

from pipeline.collector import app, guard, spool
from pipeline.settings import PodiumError, settings

CONNECTIONS = 256
HEAD_BYTES = 32 * 1024
HEAD_TIMEOUT_S = 10.0
GRACE_S = 10
STARTED = """\
Collecting at {url} into {inbox}  (Ctrl-C ends it)
LiteLLM, in config.yaml:
  litellm_settings: {{callbacks: ["podium"], turn_off_message_logging: true}}
  callback_settings:
    podium:
      callback_type: generic_api
      endpoint: {url}/v1/litellm
      headers: {{Authorization: "{token}"}}
      max_retries: 6
OpenTelemetry, in the environment:
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT={url}/v1/traces
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=http/json"""
OTEL_HEADERS = "\n  OTEL_EXPORTER_OTLP_TRACES_HEADERS=Authorization=Bearer%20<PODIUM_COLLECT_TOKEN>"


def run(console: Console, host: str, port: int) -> None:
    """Collect until SIGTERM or Ctrl-C; then finish what came, answer it, and return."""
    secret = settings().collect_token
    token = secret.get_secret_value() if secret else None
    guard.check_token(host, token)
    if settings().collect_max_body_mib > settings().collect_memory_mib:
        raise PodiumError("PODIUM_COLLECT_MEMORY_MIB must be at least PODIUM_COLLECT_MAX_BODY_MIB")
    with spool.only_one(), _listening(host, port) as listening:
        console.print(
            _told(host, listening.getsockname()[1], needs_token=token is not None), highlight=False, markup=False
        )
        # uvicorn raises the signal again once it has stopped: by then it has been obeyed.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: None)
        uvicorn.Server(_config(host, token)).run(sockets=[listening])


def _config(host: str, token: str | None) -> uvicorn.Config:
    """uvicorn's h11, since httptools bounds no headers."""
    return uvicorn.Config(
        app.make(host, token),
        http=Impatient,
        ws="none",
        lifespan="on",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=CONNECTIONS,
        h11_max_incomplete_event_size=HEAD_BYTES,
        timeout_graceful_shutdown=GRACE_S,
    )


class Impatient(H11Protocol):
    """Closes connections whose request line and headers do not come: uvicorn itself waits for ever."""

    head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """A new connection: the first request is due."""
        super().connection_made(transport)
        self._set_timer()

    def data_received(self, data: bytes) -> None:
        """Bytes of a request: once it has begun, its own time limits hold."""
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self._unset_timer()
        elif self.head_timer is None:
            self._set_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        """The end of a connection."""
        self._unset_timer()
        super().connection_lost(exc)

    def _set_timer(self) -> None:
        self.head_timer = self.loop.call_later(HEAD_TIMEOUT_S, self.timeout_keep_alive_handler)

    def _unset_timer(self) -> None:
        if self.head_timer:
            self.head_timer.cancel()
            self.head_timer = None


def _listening(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=1024)
    except OSError as error:
        raise PodiumError(
            f"{host}:{port} can not be used ({error.strerror}); end what listens there, or choose another: "
            "podium collect --host ... --port ..., or PODIUM_COLLECT_HOST and PODIUM_COLLECT_PORT"
        ) from error


def _told(host: str, port: int, *, needs_token: bool) -> str:
    """Where it listens, and what to paste into LiteLLM and OpenTelemetry."""
    url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    token = "Bearer <PODIUM_COLLECT_TOKEN>" if needs_token else "none"
    told = STARTED.format(url=url, inbox=settings().inbox, token=token)
    return told + (OTEL_HEADERS if needs_token else "")
