"""The feed: who leads, who is new and who moved in the latest whole week, as Atom."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from format import compact, day, percent, usd
from xml_text import marked


def atom(publication: Mapping[str, Any], news: Sequence[Mapping[str, Any]]) -> bytes:
    """An Atom feed; its links lead to the page it lies beside."""
    simulated = " (simulated traffic)" if publication["is_simulated"] else ""
    entries = "".join(_entry(row, simulated) for row in news)
    return f"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<id>{_id("feed")}</id>
<title>Podium: model rankings{simulated}</title>
<updated>{_instant(publication["as_of"])}</updated>
<author><name>Podium {marked(publication["podium_version"])}</name></author>
<link rel="self" type="application/atom+xml" href="feed.xml"/>
<link rel="alternate" href="./"/>
{entries}</feed>
""".encode()


def _entry(row: Mapping[str, Any], simulated: str) -> str:
    week = f"Week of {day(row['start_date'])}"
    end = f"{row['end_date'].isoformat()}T00:00:00Z"
    return f"""<entry>
<id>{_id(f"{row['start_date']} {row['kind']} {row['unit']} {row['model_id']}")}</id>
<title>{marked(_title(row))}</title>
<updated>{end}</updated>
<link rel="alternate" href="./"/>
<category term="{row["kind"]}"/>
<summary>{marked(f"{week}{simulated}: {_amount(row)}, {percent(row['share'])} of all, rank {row['rank']}.")}</summary>
</entry>
"""


def _title(row: Mapping[str, Any]) -> str:
    if row["kind"] == "leader":
        return f"{row['model_id']} leads by {row['unit']}"
    if row["kind"] == "new":
        return f"New: {row['model_id']} enters at rank {row['rank']} by {row['unit']}"
    way = "rises" if row["rank_change"] > 0 else "falls"
    return f"{row['model_id']} {way} from rank {row['previous_rank']} to {row['rank']} by {row['unit']}"


def _amount(row: Mapping[str, Any]) -> str:
    return usd(row["value"]) if row["unit"] == "spend" else f"{compact(row['value'])} {row['unit']}"


def _instant(value: datetime) -> str:
    return f"{value.isoformat(timespec='seconds')}Z"


def _id(what: str) -> str:
    """The same for the same news whenever it is told, as a reader needs to show it once."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'podium {what}')}"
