"""A read-only look at a PostgreSQL database, at one instant of it; no error ever shows the connection string."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg.conninfo import conninfo_to_dict

from pipeline.settings import PodiumError

CONNECT_TIMEOUT_S = 15
# As CSV should have them, whatever the role or the database prefers.
SPELLING = {"DateStyle": "ISO, YMD", "TimeZone": "UTC", "extra_float_digits": "1", "client_encoding": "UTF8"}
SETTING = "PODIUM_LITELLM_DSN"


@contextmanager
def snapshot(dsn: str, timeout_s: int) -> Iterator[psycopg.Cursor]:
    """A cursor in a read-only, repeatable-read transaction; '' leaves everything to libpq's PG* variables.

    No statement may take longer than `timeout_s`. Raises PodiumError, with what to do next, whatever goes wrong.
    """
    connection = _connect(dsn)
    try:
        with connection, connection.cursor() as cursor:
            for name, value in (SPELLING | {"statement_timeout": f"{timeout_s}s"}).items():
                cursor.execute("select set_config(%s, %s, true)", (name, value))
            yield cursor
    except psycopg.Error as error:
        raise PodiumError(_told(error, timeout_s)) from None


def _connect(dsn: str) -> psycopg.Connection:
    try:
        secret = conninfo_to_dict(dsn).get("password")
    except psycopg.ProgrammingError:  # its message quotes the string
        raise PodiumError(
            f"{SETTING} (or --dsn) is not a connection string that PostgreSQL's own programs understand; it looks like "
            "postgresql://USER:PASSWORD@HOST:5432/DATABASE, without settings of Prisma's such as connection_limit"
        ) from None
    try:
        connection = psycopg.connect(dsn, connect_timeout=CONNECT_TIMEOUT_S, application_name="podium")
    except psycopg.Error as error:
        reason = " ".join(str(error).split())
        if secret:
            reason = reason.replace(str(secret), "***")
        raise PodiumError(
            f"PostgreSQL can not be reached: {reason}. Look at {SETTING}, or at PGHOST, PGUSER, PGPASSWORD and "
            "PGDATABASE; psql with the same values must work"
        ) from None
    connection.read_only = True
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    return connection


def _told(error: psycopg.Error, timeout_s: int) -> str:
    """What happened and what to do; of the server's own words only those that name a table or a column."""
    said = error.diag.message_primary or ""
    if isinstance(error, psycopg.errors.UndefinedTable):
        return (
            f"{said}: is this LiteLLM's database? If the table is in a schema of its own, add "
            "?options=-csearch_path%3DSCHEMA to the connection string"
        )
    if isinstance(error, psycopg.errors.UndefinedColumn):
        return f"{said}: this LiteLLM keeps another table than Podium knows (checked with LiteLLM 1.106.2)"
    if isinstance(error, psycopg.errors.InsufficientPrivilege):
        return f'{said}: ask for: grant select on "LiteLLM_SpendLogs" to the user Podium connects as'
    if isinstance(error, psycopg.errors.QueryCanceled):
        return (
            f"PostgreSQL took longer than PODIUM_LITELLM_TIMEOUT_S = {timeout_s}; "
            'is there an index on "LiteLLM_SpendLogs"."startTime"?'
        )
    what = f"{type(error).__name__} {error.sqlstate or ''}".strip()
    return f"PostgreSQL ended the pull ({what}); what came before it is kept, run it again"
