"""Opens pages of the app as a browser would, and reads the published file they show."""

import json
import shutil
import sys
from pathlib import Path
from typing import Any, Protocol

import duckdb
import pyarrow as pa
from streamlit.testing.v1 import AppTest

EVIL = "evil/![x](http://evil.test/p.png)<img src=x onerror=alert(1)>$a$:red[b]=1+1"
DASHBOARDS = Path(__file__).parents[2] / "dashboards"
sys.path.insert(0, str(DASHBOARDS))  # as `streamlit run` does


class Open(Protocol):
    """The `app` fixture: a page of the app over the demo."""

    def __call__(self, page: str = "", **parameters: str | list[str]) -> AppTest: ...


def opened(page: str = "", **parameters: str | list[str]) -> AppTest:
    """The app as a browser opening `/page?parameters` would run it."""
    at = AppTest.from_file(str(DASHBOARDS / "app.py"), default_timeout=60)
    if page:
        at.run()
        at.switch_page(f"views/{page}.py")
    for name, value in parameters.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception, [error.message for error in at.exception]
    return at


def in_file(home: Path, sql: str) -> list[tuple]:
    """Rows of the published file itself, to compare a page with; opened as the app opens it, in one process."""
    import published

    pointer = json.loads((home / "published" / "CURRENT").read_text())
    with duckdb.connect(str(home / "published" / pointer["file"]), read_only=True, config=published.LOCKED) as con:
        return con.execute(sql).fetchall()


def chart(at: AppTest, place: int = 0) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A Vega-Lite chart's specification and rows."""
    proto = at.get("vega_lite_chart")[place].proto
    rows = pa.ipc.open_stream(proto.data.data or proto.datasets[0].data.data).read_all().to_pylist()
    return json.loads(proto.spec), rows


def said(at: AppTest) -> str:
    """All Markdown on the page, as it reads."""
    marked = "\n".join(element.value for element in [*at.title, *at.markdown, *at.caption])
    return marked.replace("\\", "")


def copied(demo_home: Path, home: Path) -> Path:
    """A home with the demo's published version alone, writable."""
    pointer = json.loads((demo_home / "published" / "CURRENT").read_text())
    (home / "published").mkdir(parents=True)
    for name in ("CURRENT", pointer["file"]):
        shutil.copyfile(demo_home / "published" / name, home / "published" / name)
    return home


def poison(home: Path) -> None:
    """Give the first model, its author, its providers and every delivered file a hostile name."""
    [file] = (home / "published").glob("podium-*.duckdb")
    with duckdb.connect(str(file)) as con:
        [[model]] = con.execute(
            "select model_id from rankings.leaderboard where period = '1w' and unit = 'tokens' and rank = 1"
        ).fetchall()
        named = {"evil": EVIL, "model": model}
        columns = (
            "select table_schema || '.' || table_name, list(column_name) from information_schema.columns group by all"
        )
        for table, names in con.execute(columns).fetchall():
            if {"model_id", "author"} <= {*names}:
                con.execute(f"update {table} set author = $evil where model_id = $model", named)
            if {"model_id", "provider_name"} <= {*names} and not table.startswith("reference."):
                con.execute(
                    f"update {table} set provider_name = $evil where model_id = $model and provider_name <> '(all)'",
                    named,
                )
            for name in {"model_id", "entity_id"} & {*names}:
                con.execute(f"update {table} set {name} = $evil where {name} = $model", named)
        con.execute("update reference.models set author_name = $evil where model_id = $evil", {"evil": EVIL})
        con.execute("update meta.batches set source_file = $evil, reasons = '{\"<img>\": 2}'", {"evil": EVIL})
