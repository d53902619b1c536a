"""Is requirements.lock what pyproject.toml asks for? `--direct` prints the direct dependencies instead."""

import re
import sys
import tomllib
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]


def direct() -> list[str]:
    """Direct dependencies, runtime and development, with their bounds."""
    told = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    return told["project"]["dependencies"] + told["dependency-groups"]["dev"]


def complaints() -> list[str]:
    """What is wrong with the lock: a line that is not name==version, or a dependency missing or out of bounds."""
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    lines = (PROJECT / "requirements.lock").read_text(encoding="utf-8").split()
    found = [f"{line}: not name==version" for line in lines if not re.fullmatch(r"[\w.-]+==[\w.!+-]+", line)]
    locked = {canonicalize_name(name): version for name, _, version in (line.partition("==") for line in lines)}
    for wanted in map(Requirement, direct()):
        version = locked.get(canonicalize_name(wanted.name))
        if version is None or not wanted.specifier.contains(version):
            found.append(f"{wanted}: locked is {version}; run: make lock")
    return found


if __name__ == "__main__":
    if "--direct" in sys.argv:
        print("\n".join(direct()))
    elif wrong := complaints():
        sys.exit("requirements.lock: " + "\n".join(wrong))
