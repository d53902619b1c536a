"""What every test of a source may ask for."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.settings import settings


@pytest.fixture
def own_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A key file of this test's own, made when the first pseudonym is."""
    monkeypatch.setenv("PODIUM_KEY_FILE", str(tmp_path / "pseudonym.key"))
    settings.cache_clear()
    yield
    settings.cache_clear()
