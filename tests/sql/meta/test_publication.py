"""How far a version says its data reach, from literal hours of the log."""

from datetime import datetime

import pytest

from pipeline import warehouse
from pipeline.settings import SQL

SUNDAY_23 = datetime(2026, 3, 29, 23)  # noqa: DTZ001
MONDAY_0 = datetime(2026, 3, 30)  # noqa: DTZ001
MONDAY_3 = datetime(2026, 3, 30, 3)  # noqa: DTZ001
FRIDAY_9 = datetime(2026, 3, 27, 9)  # noqa: DTZ001
NOON = datetime(2026, 3, 30, 12)  # noqa: DTZ001
TOLD = {
    "version": 1,
    "as_of": NOON,
    "podium_version": "1",
    "sequence": 1,
    "rollup_versions": "{}",
    "fingerprint": "f",
    "reference_fingerprint": "r",
    "min_users": 5,
    "reporting_timezone": "UTC",
}


def reach(*hours: tuple[str, datetime]) -> datetime:
    """data_through of a log with one row in each of these hours of a source."""
    with warehouse.connect() as con:
        con.execute("create schema rollups; create schema meta")
        con.execute(
            "create table rollups.log_totals_hourly "
            "(source varchar, hour timestamp, row_count bigint default 1, request_count bigint default 1)"
        )
        for source, hour in hours:
            con.execute("insert into rollups.log_totals_hourly (source, hour) values (?, ?)", [source, hour])
        warehouse.create_table(con, "meta.sources", SQL / "meta" / "sources.sql")
        warehouse.create_table(con, "meta.publication", SQL / "meta" / "publication.sql", **TOLD)
        ((through,),) = con.execute("select data_through from meta.publication").fetchall()
        return through


@pytest.mark.parametrize("newest", [SUNDAY_23, MONDAY_0])
def test_the_newest_hour_is_not_rounded_up_to_its_end(newest):
    assert reach(("litellm", FRIDAY_9), ("litellm", newest)) == newest


def test_the_log_reaches_as_far_as_its_slowest_live_source():
    assert reach(("litellm", MONDAY_3), ("simulator", SUNDAY_23)) == SUNDAY_23


def test_a_source_silent_for_two_days_holds_nobody_back():
    assert reach(("litellm", MONDAY_3), ("simulator", FRIDAY_9)) == MONDAY_3
