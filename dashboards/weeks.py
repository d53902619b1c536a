"""Weekly rows on their way into a chart: which weeks its axis has, which are not whole, what each mark says."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from palette import OTHER_SLOT

Formatter: TypeAlias = Callable[[Any], str]


@dataclass(frozen=True)
class Weeks:
    """The weeks of a chart's axis, oldest first: their labels, and which of them are not whole."""

    labels: tuple[str, ...]
    partial: Mapping[str, str]

    @classmethod
    def of(cls, rows: Iterable[Mapping[str, Any]]) -> "Weeks":
        """From rows of week, is_complete, is_whole."""
        listed = list(rows)
        partial = {
            row["week"]: "log began" if row["is_complete"] else "to date" for row in listed if not row["is_whole"]
        }
        return cls(tuple(row["week"] for row in listed), partial)


def marks_of(
    rows: Iterable[Mapping[str, Any]],
    order: Sequence[str],
    slots: Mapping[str, int],
    weeks: Weeks,
    written: Formatter,
) -> list[dict[str, Any]]:
    """Rows of a weekly query with what the chart needs to draw them: colour, layer from the bottom, texts."""
    return [_weekly_mark(row, order, slots, weeks, written) for row in rows if _week(row) in weeks.labels]


def _week(row: Mapping[str, Any]) -> str:
    return f"{row['week_start'].day} {row['week_start']:%b}"


def _weekly_mark(
    row: Mapping[str, Any], order: Sequence[str], slots: Mapping[str, int], weeks: Weeks, written: Formatter
) -> dict[str, Any]:
    entity, week = row["entity_id"], _week(row)
    is_known = entity in slots
    return {
        "week": week,
        "week_text": ", ".join(filter(None, [week, weeks.partial.get(week)])),
        "entity_id": entity,
        "label": entity if is_known else "Other",
        "slot": slots.get(entity, OTHER_SLOT),
        "layer": len(order) - order.index(entity) if is_known else 0,
        "value": row["value"],
        "value_text": written(row["value"]),
        "is_whole": week not in weeks.partial,
    }
