"""Tables on a desk: every column is seen without scrolling sideways."""

import json

import pytest

from tests.dashboards.pages import Open

# What a page of 1360 pixels leaves for its content.
CONTENT = 1208


@pytest.mark.parametrize(
    ("view", "chosen"),
    [
        ("", {}),
        ("", {"by": "users"}),
        ("share", {}),
        ("traffic", {}),
        ("speed", {}),
        ("speed", {"group": "both"}),
        ("value", {}),
        ("value", {"show": "prices"}),
        ("value", {"show": "endpoints"}),
        ("value", {"show": "usage"}),
        ("adoption", {}),
        ("health", {}),
        ("method", {}),
        ("dictionary", {}),
        ("dictionary", {"table": "rankings.price"}),
    ],
)
def test_a_table_fits_the_page(app: Open, view: str, chosen: dict[str, str]) -> None:
    tables = app(view, **chosen).dataframe
    assert tables
    for table in tables:
        columns = json.loads(table.proto.columns)
        widths = {name: columns[name]["width"] for name in table.value.columns}
        assert sum(widths.values()) <= CONTENT, widths
