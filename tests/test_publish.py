"""Publishing: a whole audited version or none, old readers undisturbed, and a file that explains itself."""

import json
import shutil
import stat
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from pipeline import catalog, contents, method, publish, rankings, sharing
from pipeline.publish import Published
from pipeline.settings import settings
from tests import steps
from tests.rows import NOON, attempt

STORAGE_OF_DUCKDB_1_0 = 64  # the number in the header of every file that DuckDB 0.9 to 1.1 writes


ROWS = (attempt(1), attempt(2, start_time=NOON + timedelta(days=7)))


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> tuple[Path, Published]:
    """A home with version 1: one request on Monday noon, one a week later."""
    folder = tmp_path_factory.mktemp("first")
    with steps.at_home(folder) as home:
        steps.land_rows(folder, *ROWS)
        return home, steps.publish_now()


@pytest.fixture
def first(made) -> Path:
    """Version 1, for tests that only read it."""
    home, published = made
    return home / "published" / published.file


@pytest.fixture
def published(home, made) -> Published:
    """The same version, in a home of this test's own."""
    steps.copy_home(made[0])
    return made[1]


def storage(file: Path) -> int:
    """The storage version in the file's header."""
    return int.from_bytes(file.read_bytes()[12:20], "little")


def test_current_names_a_file_its_sha256_its_rows_and_its_instant(home, published):
    told = json.loads((home / "published" / "CURRENT").read_text())
    assert told["version"] == 1
    assert told["file"] == "podium-1.duckdb"
    assert told["rows"] == 2
    assert datetime.fromisoformat(told["as_of"]) == steps.AS_OF
    assert told["sha256"] == sha256(published.path.read_bytes()).hexdigest()
    assert publish.current() == published
    assert steps.asked(published, "select version, as_of, is_simulated from meta.publication") == [
        (1, steps.AS_OF.replace(tzinfo=None), True)
    ]


def test_any_duckdb_from_1_1_on_opens_the_file(first):
    assert storage(first) == STORAGE_OF_DUCKDB_1_0


def test_versions_are_read_only_and_nothing_unfinished_lies_beside_them(home, published):
    assert stat.S_IMODE(published.path.stat().st_mode) == 0o400
    names = sorted(file.name for file in (home / "published").iterdir())
    assert names == ["AUDIT", "CURRENT", "SHARED", "current.duckdb", "podium-1.duckdb"]


def tables(file: Path) -> set[str]:
    return {name for (name,) in steps.asked(file, "select schema_name || '.' || table_name from duckdb_tables()")}


PEOPLE = {
    "rollups.user_activity_daily",
    "rollups.session_daily",
    "rollups.dimension_users_daily",
    "rollups.dimension_usage_daily",
    "rankings.cohort_cells",
    "rankings.moves",
    "rankings.user_blocks",
    "rankings.user_counts",
    "rankings.user_groups",
    "rankings.user_parts",
}


def test_current_duckdb_is_a_copy_for_people_without_the_tables_about_people(home, published):
    copy = home / "published" / "current.duckdb"
    assert not copy.is_symlink()
    assert copy.stat().st_ino != published.path.stat().st_ino
    assert storage(copy) == STORAGE_OF_DUCKDB_1_0
    assert tables(published.path) - tables(copy) == PEOPLE
    whole, shared = (steps.contents(file, contents.SCHEMAS) for file in (published, copy))
    assert {name: rows for name, rows in whole.items() if name not in PEOPLE} == shared
    described = (
        "select table_name, column_name, data_type, comment from duckdb_columns() where not internal order by all"
    )
    assert set(steps.asked(copy, described)) < set(steps.asked(published, described))


def test_no_byte_of_current_duckdb_names_a_user(home, published, tmp_path):
    steps.land_rows(
        tmp_path, *(attempt(n, user_id=f"u_canary_{n}", conversation_id=f"canary-{n}") for n in range(3, 400))
    )
    later = steps.publish_now()
    assert b"canary" in later.path.read_bytes()
    assert steps.asked(later, "select count(*) from rollups.user_activity_daily") == [(399,)]
    assert b"canary" not in (home / "published" / "current.duckdb").read_bytes()


COUNTS = """
select schema_name || '.' || table_name as name, column_name, data_type like '%[]' as is_list,
    list_contains(list(column_name) over (partition by schema_name, table_name), 'unit') as has_units,
    comment like '%[tokens, requests%users]' as is_of_units,
from duckdb_columns() where not internal
    and (comment like '%users]' or column_name = 'trend')
    and column_name <> 'trending' -- a difference of counts that are told
"""


def test_no_count_in_any_table_of_current_duckdb_is_of_fewer_than_k_users(home, tmp_path):
    """The columns are those whose meaning says that they count users: a new one is among them."""
    models = ("gpt-4o", "claude-sonnet-4-5", "gemini-2.5-pro", "o3", "mistral-large-2411")
    attempts = [
        attempt(10 * day + user, start_time=NOON + timedelta(days=day), model_raw=model, user_id=f"u_{user}")
        for day in range(0, 40, 4)
        for place, model in enumerate(models)
        for user in range(place, 8 - place)
    ]
    rows = [row | {"attempt_id": f"a-{n}", "request_id": f"r-{n}"} for n, row in enumerate(attempts)]
    steps.land_rows(tmp_path, *rows, at=NOON + timedelta(days=50))
    steps.publish_now(as_of=NOON + timedelta(days=50))
    copy = home / "published" / "current.duckdb"
    counts = steps.asked(copy, COUNTS)
    assert {("rankings.volume", "active_user_count"), ("rankings.trends", "trend")} <= {row[:2] for row in counts}
    hidden = 0
    for table, column, is_list, has_units, is_of_units in counts:
        if (is_of_units or is_list) and not has_units:
            continue
        value = f"unnest({column})" if is_list else column
        of_users = "where unit = 'users'" if has_units and (is_of_units or is_list) else ""
        told = [value for (value,) in steps.asked(copy, f"select {value} from {table} {of_users}")]
        assert [value for value in told if value and 0 < value < 5] == [], (table, column)
        hidden += told.count(None)
    assert hidden


def test_whoever_spoils_current_duckdb_does_not_spoil_what_is_served(home, published, tmp_path):
    with duckdb.connect(str(home / "published" / "current.duckdb")) as con:
        con.execute("drop table rollups.usage_hourly")
    steps.land_rows(tmp_path, attempt(3))
    later = steps.publish_now()
    assert steps.asked(later, "select sum(request_count) from rollups.usage_hourly") == [(3,)]
    with duckdb.connect(str(home / "published" / "current.duckdb"), read_only=True) as con:
        assert con.execute("select sum(request_count) from rollups.usage_hourly").fetchone() == (3,)


def shared_equals(home: Path, version: Published) -> bool:
    """Whether current.duckdb holds what this version does, but for the tables about people."""
    whole, shared = (steps.contents(file, contents.SCHEMAS) for file in (version, home / "published/current.duckdb"))
    return {name: rows for name, rows in whole.items() if name not in PEOPLE} == shared


def test_the_copy_for_people_takes_over_only_the_days_that_changed(home, published, tmp_path, monkeypatch):
    monkeypatch.setattr(sharing, "copy", None)  # the copy of the version before must do
    late = NOON - timedelta(days=3)
    steps.land_rows(tmp_path, attempt(3, start_time=late), attempt(4, start_time=NOON + timedelta(days=7, hours=1)))
    assert shared_equals(home, steps.publish_now())
    steps.land_rows(tmp_path, attempt(5, start_time=late + timedelta(hours=2)))
    assert shared_equals(home, steps.publish_now())


def test_a_copy_for_people_of_other_tables_or_that_of_a_killed_run_is_made_anew(home, published, tmp_path, monkeypatch):
    copies = []
    monkeypatch.setattr(sharing, "copy", lambda *told, real=sharing.copy: copies.append(real(*told)))
    monkeypatch.setattr(sharing, "WITHHELD", "One row per day of the reporting timezone")
    withheld = steps.publish_now()
    assert tables(withheld.path) - tables(home / "published/current.duckdb") >= {"meta.days"}
    monkeypatch.undo()
    monkeypatch.setattr(sharing, "copy", lambda *told, real=sharing.copy: copies.append(real(*told)))
    assert shared_equals(home, steps.publish_now())
    (home / "published" / "SHARED").write_text('{"version": 2, "sha256": "of the version before"}')
    assert shared_equals(home, steps.publish_now())
    assert len(copies) == 3


def test_three_versions_are_kept_and_the_reader_of_an_older_one_is_undisturbed(home, published, tmp_path):
    with duckdb.connect(str(published.path), read_only=True) as reader:
        steps.land_rows(tmp_path, attempt(3))
        for _ in range(3):
            steps.publish_now()
        names = sorted(file.name for file in (home / "published").glob("podium-*"))
        assert names == ["podium-2.duckdb", "podium-3.duckdb", "podium-4.duckdb"]
        assert reader.execute("select sum(request_count) from rollups.usage_hourly").fetchone() == (2,)
        assert reader.execute("select count(*) from rankings.leaderboard").fetchone()


def test_left_overs_of_a_killed_publication_are_swept(home, published):
    folder = home / "published"
    shutil.copyfile(published.path, folder / "podium-2.duckdb")  # renamed, but CURRENT never got there
    for name in ("podium-2.duckdb.tmp", "podium-2.duckdb.tmp.wal", "CURRENT.tmp", "current.duckdb.tmp"):
        (folder / name).write_bytes(b"torn")
    later = steps.publish_now()
    assert later.version == 2
    assert steps.asked(later, "select version from meta.publication") == [(2,)]
    names = sorted(file.name for file in folder.iterdir())
    assert names == ["AUDIT", "CURRENT", "SHARED", "current.duckdb", "podium-1.duckdb", "podium-2.duckdb"]


def test_a_lost_base_file_means_building_whole(published, tmp_path):
    published.path.unlink()
    steps.land_rows(tmp_path, attempt(3))
    later = steps.publish_now()
    assert steps.asked(later, "select sum(request_count) from rollups.usage_hourly") == [(3,)]


def test_a_file_built_upon_the_last_equals_one_built_whole(published, tmp_path):
    late = NOON - timedelta(days=3)
    steps.land_rows(tmp_path, attempt(3, start_time=late), attempt(4, start_time=NOON + timedelta(days=7, hours=1)))
    later = steps.publish_now()
    assert storage(later.path) == STORAGE_OF_DUCKDB_1_0
    grown = steps.contents(later, ("rollups", "rankings", "reference"))
    assert grown == steps.contents(steps.publish_now(whole=True), ("rollups", "rankings", "reference"))


def test_publishing_again_changes_no_figure(published):
    assert steps.contents(steps.publish_now()) == steps.contents(published)


COMMENTS = (
    "select schema_name, table_name, null as column_name, comment from duckdb_tables() union all "
    "select schema_name, table_name, column_name, comment from duckdb_columns() where not internal order by all"
)


def test_a_table_filled_anew_keeps_its_comments_and_takes_new_ones(published, monkeypatch):
    told = steps.asked(published, COMMENTS)
    assert steps.asked(steps.publish_now(), COMMENTS) == told
    known = rankings._meanings()
    others = {"share": "What the test says", **{name: text for name, text in known.items() if name != "share"}}
    del others["rank"]
    monkeypatch.setattr(rankings, "_meanings", lambda: others)
    later = steps.publish_now()
    about = "select distinct comment from duckdb_columns() where column_name = $name and schema_name = 'rankings'"
    assert steps.asked(later, about, name="share") == [("What the test says",)]
    assert steps.asked(later, about, name="rank") == [(None,)]
    assert steps.asked(later, COMMENTS) == steps.asked(steps.publish_now(whole=True), COMMENTS)


def test_a_fact_written_while_a_version_is_built_is_in_the_next_one(published, monkeypatch):
    usual = catalog.reference_tables

    def write(note: str) -> None:
        settings().overrides.mkdir(exist_ok=True)
        (settings().overrides / "citations.csv").write_text(f"cited,used_for,licence,note\nus,test,MIT,{note}\n")

    def interrupted() -> dict[str, pa.Table]:
        facts = usual()
        write("second")
        return facts

    write("first")
    with monkeypatch.context() as patch:
        patch.setattr(catalog, "reference_tables", interrupted)
        steps.publish_now()
    about = "select note from reference.citations where cited = 'us'"
    assert steps.asked(steps.publish_now(), about) == [("second",)]


def test_other_sql_of_a_ranking_makes_its_table_anew(published, monkeypatch, tmp_path):
    usual, told, other = rankings.files(), list(method._made()), tmp_path / "calendar.sql"
    sql = next(file for file in usual if file.stem == "calendar").read_text()
    other.write_text(f"select *, 42 as answer, from ({sql})")
    changed = [row | {"sql": other.read_text()} if row["table_name"] == "rankings.calendar" else row for row in told]
    monkeypatch.setattr(rankings, "files", lambda: [other if file.stem == "calendar" else file for file in usual])
    monkeypatch.setattr(method, "_made", lambda: changed)
    later = steps.publish_now()
    assert steps.asked(later, "select distinct answer from rankings.calendar") == [(42,)]


def test_other_sql_of_a_daily_table_means_building_whole(published, monkeypatch):
    monkeypatch.setattr(contents, "fingerprint", lambda: "another")
    later = steps.publish_now()
    assert steps.asked(later, "select fingerprint from meta.publication") == [("another",)]
    assert steps.contents(later, ("rollups",)) == steps.contents(published, ("rollups",))


def test_every_table_and_every_column_says_what_it_is(first):
    schemas = {"schemas": list(contents.SCHEMAS)}
    silent_tables = steps.asked(
        first,
        "select schema_name, table_name from duckdb_tables() where comment is null or comment = ''",
    )
    silent_columns = steps.asked(
        first,
        "select schema_name || '.' || table_name || '.' || column_name as silent from duckdb_columns() "
        "where list_contains($schemas, schema_name) and not internal and (comment is null or comment = '') order by 1",
        **schemas,
    )
    assert silent_tables == []
    assert silent_columns == []


def test_the_file_holds_exactly_the_four_schemas(first):
    found = steps.asked(first, "select distinct schema_name from duckdb_tables() order by 1")
    assert [name for (name,) in found] == sorted(contents.SCHEMAS)
    made = steps.asked(first, "select table_name from duckdb_tables() where schema_name = 'rankings' order by 1")
    assert [name for (name,) in made] == sorted(file.stem for file in rankings.files())


def test_a_threads_own_cursor_reads_the_file_correctly(first):
    from concurrent.futures import ThreadPoolExecutor

    with duckdb.connect(str(first), read_only=True) as con, ThreadPoolExecutor(8) as pool:

        def ask(_: int) -> tuple:
            return con.cursor().execute("select sum(input_tokens), count(*) from rollups.usage_hourly").fetchone()

        assert set(pool.map(ask, range(200))) == {(2000, 2)}


def test_a_home_with_refused_files_alone_still_publishes(home, tmp_path):
    (tmp_path / "garbage.parquet").write_bytes(b"not parquet at all")
    steps.land(tmp_path / "garbage.parquet")
    published = steps.publish_now()
    assert steps.asked(published, "select status, reason, rows_in from meta.batches") == [
        ("quarantined", "not_parquet", None)
    ]
    assert steps.asked(published, "select count(*) from rankings.leaderboard") == [(0,)]


def test_a_home_with_refused_rows_alone_still_publishes(home, tmp_path):
    steps.land_rows(tmp_path, attempt(1, input_tokens=-1))
    published = steps.publish_now()
    assert steps.asked(published, "select reason, source_row from meta.quarantine") == [("neg_tokens", 1)]
    later = steps.land_rows(tmp_path, attempt(2))
    assert later.rows_landed == 1
    assert steps.asked(steps.publish_now(), "select sum(request_count) from rollups.usage_daily") == [(1,)]
