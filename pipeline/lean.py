"""Keeps pandas out of the command line: pyarrow imports it (1.6 CPU seconds) only to ask if a list is a Series."""

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType


class WithoutPandas(MetaPathFinder, Loader):
    """Lets pandas be found, as polars wants, but not imported: pyarrow then does without."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """A spec for pandas alone; everything else is found as usual."""
        return ModuleSpec(fullname, self) if fullname == "pandas" else None

    def exec_module(self, module: ModuleType) -> None:
        """Fail as a missing module does."""
        raise ModuleNotFoundError("Podium's commands do without pandas", name="pandas")


def without_pandas() -> None:
    """For this process, from now on."""
    if "pandas" not in sys.modules:
        sys.meta_path.insert(0, WithoutPandas())
