"""The crash suites with as many random kills as you like: for a night, not for every test run.

    python -m tests.crash [--kills 200]

So many kills of a writer that delivers, lands, rolls up and publishes, of one that pulls from a real PostgreSQL,
and of one that fetches from a real S3 server into a lake there; then one before each kind of call that makes something
durable.
"""

import argparse
import os

import pytest

SUITES = ("tests/crash/test_kills.py", "tests/postgres/test_pull_kills.py", "tests/s3/test_s3_kills.py")


def main() -> None:
    """Kill, check, say what was hit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    os.environ["PODIUM_TEST_KILLS"] = str(parser.parse_args().kills)
    raise SystemExit(pytest.main(["-q", "-s", "-n", "0", "-m", "", "--durations", "4", *SUITES]))


if __name__ == "__main__":
    main()
