"""Literal rows of published tables in, the answer of one ready-made question out."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline import questions, warehouse
from tests.sql.conftest import Row, World

TABLES = Path(__file__).parent / "world.sql"
Ask = Callable[..., list[Row]]


@pytest.fixture
def ask(world: World) -> Ask:
    """Asks a question of the world: `ask("spend_by_team", "team, spend_usd")`, its rows in the answer's own order."""
    world.con.execute(TABLES.read_text(encoding="utf-8"))

    def answer(name: str, columns: str = "*") -> list[Row]:
        for table in warehouse.dependencies(questions.FOLDER / f"{name}.sql"):
            schema, _, ranking = table.partition(".")
            if schema == "rankings":
                world.read(ranking, "1", "false")
        return world.con.execute(f"select {columns} from ({questions.named(name).sql})").fetchall()

    return answer
