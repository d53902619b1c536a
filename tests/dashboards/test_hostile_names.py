"""Names out of a log are text: no page obeys what is written in them."""

import re
from pathlib import Path

import pytest
import streamlit as st

from tests.dashboards.pages import EVIL, Open, chart, opened, poison

MARKS = re.compile(r"(?<!\\)(!\[|<img|\$a|:red\[)")


@pytest.fixture
def hostile(published_copy: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    """The app over a file whose first model, its author, a provider and a sample carry hostile text."""
    poison(published_copy)
    monkeypatch.setenv("PODIUM_HOME", str(published_copy))
    st.cache_resource.clear()
    st.cache_data.clear()
    return opened


@pytest.mark.parametrize(
    ("view", "parameters"),
    [
        ("", {}),
        ("", {"author": EVIL}),
        ("value", {"hl": EVIL}),
        ("speed", {"group": "both"}),
        ("speed", {"provider": EVIL, "of": EVIL}),
        ("value", {"show": "prices"}),
        ("value", {"show": "endpoints"}),
        ("value", {"show": "usage"}),
        ("compare", {"m": [EVIL, "openai/gpt-5-nano"]}),
        ("compare", {"m": [EVIL + "x"]}),
        ("model", {"model": EVIL}),
        ("model", {"model": EVIL + "x"}),
        ("health", {"source": EVIL}),
    ],
)
def test_no_markdown_or_html_of_a_name_is_live(
    hostile: Open, view: str, parameters: dict[str, str | list[str]]
) -> None:
    at = hostile(view, **parameters)
    texts = [element.value for element in [*at.title, *at.markdown, *at.caption]] + [
        button.label for button in at.button
    ]
    assert [text for text in texts if MARKS.search(text)] == []
    html = [element.proto.body for element in at.get("html")]
    assert [body for body in html if "<img" in body] == []


def test_a_hostile_name_is_on_the_board_and_in_the_chart_as_written(hostile: Open) -> None:
    at = hostile()
    assert at.dataframe[0].value["model_id"][0] == EVIL
    assert EVIL in {row["label"] for row in chart(at)[1]}
