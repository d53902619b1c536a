"""The app's modules importable as the app imports them, and published files of the kinds a page meets."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st

from tests.dashboards.pages import Open, copied, opened


@pytest.fixture
def published_copy(demo_home: Path, tmp_path: Path) -> Path:
    """A home of its own with the demo's published version, writable."""
    return copied(demo_home, tmp_path / "home")


@pytest.fixture
def app(demo_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Opens a page of the app over the demo: `app("value", period="1w")`."""
    monkeypatch.setenv("PODIUM_HOME", str(demo_home))
    yield opened
    st.cache_resource.clear()
    st.cache_data.clear()
