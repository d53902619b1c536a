"""Timezones whose days can be cut from the lake's UTC hours, and where each of those days begins."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
YEARS = range(2020, 2038)  # whose offsets are looked at: no gateway of language models has older logs


def zone(name: str) -> tzinfo:
    """The timezone of an IANA name. Raises ValueError if there is none."""
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("the IANA name of a timezone is needed, such as Europe/Berlin or America/New_York") from error


def checked(name: str) -> str:
    """The name, if its days are whole UTC hours. Raises ValueError with the nearest zones whose days are."""
    there = zone(name)
    offsets = (_offset(datetime(year, month, 1, tzinfo=there)) for year in YEARS for month in range(1, 13))
    broken = next((offset for offset in offsets if offset % HOUR), None)
    if broken is None:
        return name
    below = broken // HOUR
    minutes = abs(broken) // timedelta(minutes=1)
    told = f"UTC{'-' if broken < timedelta() else '+'}{minutes // 60:02}:{minutes % 60:02}"
    raise ValueError(
        f"its clocks show {told}, and days are cut from whole hours of UTC; the nearest zones of whole hours are "
        f"{_of_hours(below)} and {_of_hours(below + 1)} (IANA writes their sign the other way round)"
    )


def _offset(instant: datetime) -> timedelta:
    return instant.utcoffset() or timedelta()


def _of_hours(hours: int) -> str:
    """The zone of an offset: UTC+05:00 is Etc/GMT-5."""
    return f"Etc/GMT{-hours:+} (UTC{hours:+03}:00)" if hours else "UTC"


def days(name: str, first: date, last: date) -> Iterator[tuple[date, datetime, datetime]]:
    """(day, its first UTC hour, the UTC hour after its last) of every day from `first` to `last`, naive."""
    there = zone(name)
    begins = [_midnight(first + DAY * number, there) for number in range((last - first).days + 2)]
    for number, (starts_at, ends_at) in enumerate(pairwise(begins)):
        yield first + DAY * number, starts_at, ends_at


def _midnight(day: date, there: tzinfo) -> datetime:
    """The instant a day begins: the first of two midnights; where clocks skip midnight, the instant they do."""
    return datetime.combine(day, time(), there).astimezone(UTC).replace(tzinfo=None)
