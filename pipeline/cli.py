"""The `podium` command: its app, and what a person is told when something goes wrong."""

import signal
from importlib.metadata import version as package_version
from tomllib import TOMLDecodeError
from typing import Annotated

import typer
from pydantic import ValidationError

from pipeline import commands, faults
from pipeline.console import AUDIT_FAILED, INTERRUPTED, USER_ERROR, err, out
from pipeline.lean import without_pandas
from pipeline.settings import PodiumError, config_file

HELP = """
Model rankings, costs and reliability from your own LLM gateway's request logs.

Try it:   podium demo
Use it:   podium land LOGS --source litellm, then podium refresh, then podium serve
Keep it:  podium up (lands, refreshes and serves by itself)

Everything lives in PODIUM_HOME (default: data/). Settings are PODIUM_* variables or PODIUM_HOME/podium.toml.

Exit codes: 0 done; 1 something to mend, the message says what; 2 a mistyped command; 3 the audit refused the new
version and the last good one stays up; 4 (land, replay) done, but some input is in quarantine; 130 interrupted.
"""

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


def _version(is_asked: bool) -> None:
    if is_asked:
        out.print(f"podium {package_version('podium')}")
        raise typer.Exit


@app.callback(help=HELP)
def podium(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """What comes before every command."""


for name, module in commands.in_order().items():
    app.command(name)(module.command)


def main() -> None:
    """The console script."""
    without_pandas()
    run()


def run() -> None:
    """Run a command; what a person can mend is told in a sentence, not a traceback."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # podium sql ... | head
    try:
        with faults.told():
            app()
    except PodiumError as error:
        _tell(str(error))
        raise SystemExit(AUDIT_FAILED if type(error).__name__ == "AuditFailed" else USER_ERROR) from None
    except ValidationError as error:
        if error.title != "Settings":
            raise
        from pipeline import mistakes

        _tell(mistakes.told(error))
        raise SystemExit(USER_ERROR) from None
    except TOMLDecodeError as error:
        _tell(f"{config_file()} is not TOML: {error}")
        raise SystemExit(USER_ERROR) from None
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None


def _tell(message: str) -> None:
    err.print("Error:", style="bold red", end=" ")
    err.print(message, markup=False, highlight=False, soft_wrap=True)
