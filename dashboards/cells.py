"""Cells of Adoption's two matrices: rows of their queries in, what a chart draws and says of them out."""

from collections.abc import Mapping
from typing import Any

import format as text

OTHER = "other"


def stayed(row: Mapping[str, Any], grain: str) -> dict[str, Any]:
    """A cohort at an age, as the heatmap draws it."""
    hidden = f"<{row['min_users']}"
    size = row["cohort_user_count"]
    many = f"{size} users" if size is not None else f"fewer than {row['min_users']} users"
    low, high = (text.percent(row[f"retention_share_{end}"], 0) for end in ("low", "high"))
    return {
        "row_text": f"{row['drawn_cohort']} · {hidden if size is None else size}",
        "age": row["age"],
        "share": row["retention_share"] or 0.0,
        "is_hidden": row["is_hidden"],
        "cell_text": hidden if row["is_hidden"] else text.percent(row["retention_share"], 0),
        "short_text": hidden if row["is_hidden"] else text.percent(row["retention_share"], 0).removesuffix("%"),
        "cohort_text": f"first {grain} {row['drawn_cohort']}: {many}",
        "when_text": text.day(row["span_start"]),
        "users_text": "not told" if row["is_hidden"] else f"{row['retained_user_count']}",
        "interval_text": text.UNKNOWN if row["is_hidden"] else f"{low} to {high}",
    }


def moved(row: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """What moved from a model to one that appeared; `names`: model that appeared -> its column's heading."""
    share = row["gain_share"]
    tokens, lost = text.compact(row["moved_tokens"]), text.compact(row["loss_tokens"])
    models = f", {row['model_count']} models" if row["from_model_id"] == OTHER else ""
    return {
        "from_text": "Other" if row["from_model_id"] == OTHER else text.short(row["from_model_id"]),
        "to_text": names[row["to_model_id"]],
        "share": float(share or 0),
        "is_hidden": False,
        "is_other": row["from_model_id"] == OTHER,
        "cell_text": f"{tokens} · {text.percent(share, 0)}",
        "short_text": text.percent(share, 0),
        "moved_text": f"{tokens} of {lost} tokens lost{models}",
        "share_text": text.percent(share),
    }
