"""Finds a PostgreSQL server for the tests that pull from one, or installs Debian's as root, or says how."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

DEBIAN = ["apt-get", "install", "-y", "--no-install-recommends", "postgresql"]


def programs() -> Path | None:
    """The folder of initdb and postgres: the newest of Debian's, else wherever initdb is found."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = debian[-1] if debian else shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def install() -> None:
    """Debian's package; the tests start servers of their own and leave its one alone."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update"], check=False, stdin=subprocess.DEVNULL)
        subprocess.run(DEBIAN, check=False, env=environment, stdin=subprocess.DEVNULL)


if __name__ == "__main__":
    if not programs():
        print("Installing PostgreSQL for the tests that pull from one (once) ...", flush=True)
        install()
        if not programs():
            sys.exit(
                "No PostgreSQL could be installed. Install one yourself (Debian, Ubuntu: apt-get install postgresql), "
                "then run this again. The other tests alone: .venv/bin/python -m pytest -m 'not postgres'"
            )
