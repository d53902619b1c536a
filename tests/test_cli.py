"""The podium command as a person meets it: what it prints, where it sends them next, and its exit codes."""

import csv
import io
import json
import os
import re
import subprocess
import sys
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from rich.console import Console

from pipeline import (
    acknowledged,
    ask,
    cli,
    commands,
    console,
    demo,
    doctor,
    inbox,
    landing,
    one_file,
    publish,
    terminal,
)
from pipeline.settings import PROJECT, SQL, settings
from tests.rows import NOON, attempt, write


def podium(*arguments: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """Run the command in this process; its exit code."""
    monkeypatch.setattr(sys, "argv", ["podium", *arguments])
    try:
        cli.run()
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return write(tmp_path / "log.parquet", attempt(1), attempt(2))


@pytest.mark.parametrize("command", commands.in_order())
def test_help_teaches_every_command_with_an_example(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert podium(command, "--help", monkeypatch=monkeypatch) == 0
    usage, told = capsys.readouterr().out.split("\n", 2)[1:]
    assert f"podium {command}" in usage
    assert re.search(r"podium [a-z]|PODIUM_", told.partition("Options")[0])


def test_help_lists_the_commands_in_the_order_they_are_needed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert podium("--help", monkeypatch=monkeypatch) == 0
    listed = re.findall(r"^│ ([a-z]+) ", capsys.readouterr().out, re.MULTILINE)
    assert " ".join(listed) == (
        "demo simulate land pull fetch refresh replay serve export collect up sql reconcile doctor maintain"
    )


@pytest.mark.parametrize(
    ("command", "heavy"),
    [
        (["--help"], ("duckdb", "polars", "pyarrow", "dagster", "streamlit", "pandas")),
        (["--version"], ("duckdb", "polars", "pyarrow", "dagster", "streamlit", "pandas")),
        (["doctor"], ("dagster", "streamlit", "pandas")),
        (["sql", "select 1"], ("dagster", "streamlit", "pandas")),
        (["land", "nothing-here", "--source", "litellm"], ("dagster", "streamlit", "pandas")),
    ],
)
def test_quick_commands_import_nothing_heavy(command: list[str], heavy: tuple[str, ...], demo_here: Path) -> None:
    script = (
        "import sys, pipeline.cli\n"
        "try: pipeline.cli.main()\n"
        "except SystemExit: pass\n"
        f"print([name for name in {heavy} if sys.modules.get(name)], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *command], capture_output=True, text=True, cwd=PROJECT, check=True
    )
    assert done.stderr.splitlines()[-1] == "[]"


def test_land_then_refresh_then_sql(
    home: Path, log: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert podium("land", str(log), "--source", "simulator", monkeypatch=monkeypatch) == 0
    assert "podium refresh" in capsys.readouterr().out
    assert log.exists()
    assert podium("refresh", monkeypatch=monkeypatch) == 0
    assert "podium serve" in capsys.readouterr().out
    assert (
        podium(
            "sql",
            "select sum(request_count) as n from rollups.usage_hourly",
            "--format",
            "csv",
            monkeypatch=monkeypatch,
        )
        == 0
    )
    assert capsys.readouterr().out == "n\n2\n"


def test_quarantined_input_is_exit_code_4_and_the_good_rows_land(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(tmp_path / "log.parquet", attempt(1), attempt(2, input_tokens=-1))
    assert podium("land", str(file), "--source", "simulator", monkeypatch=monkeypatch) == console.QUARANTINED
    shown = capsys.readouterr().out
    assert "log.parquet: 1 of 2 rows refused: neg_tokens 1; details: podium doctor" in shown
    assert "│ file │ rows in │".replace("│", "┃") in shown


def test_a_refused_file_is_named_with_its_reason_and_doctor_asks_for_somebody(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "garbage.jsonl").write_text("garbage\n")
    told = "garbage.jsonl: refused, corrupt (the file holds no JSON object)"
    assert podium("land", str(tmp_path / "garbage.jsonl"), "--source", "litellm", monkeypatch=monkeypatch) == 4
    assert told in capsys.readouterr().out
    assert podium("doctor", monkeypatch=monkeypatch) == 1
    assert "quarantine: corrupt" in capsys.readouterr().out


def test_quarantine_older_than_a_week_needs_nobody(home: Path, tmp_path: Path) -> None:
    file = write(tmp_path / "log.parquet", attempt(1, input_tokens=-1))
    inbox.deliver([file], "simulator")
    landing.land_inbox(received_at=NOON)
    week = timedelta(days=7)
    for now, needs_you in ((NOON + week - timedelta(seconds=1), True), (NOON + week, False)):
        (found,) = [each for each in doctor.examine(now) if each.what == "quarantine: neg_tokens"]
        assert found.needs_you is needs_you


@pytest.mark.parametrize("command", ["land", "refresh"])
def test_a_file_podium_itself_fails_on_is_told_once_and_the_other_lands(
    home: Path, tmp_path: Path, command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [write(tmp_path / f"{name}.parquet", attempt(number)) for number, name in enumerate(("good", "odd"))]
    settle = acknowledged.Batches.settle

    def stumble(batches: acknowledged.Batches, delivery: inbox.Delivery) -> one_file.Landed:
        if delivery.name == "odd.parquet":
            raise ZeroDivisionError("a fault of ours")
        return settle(batches, delivery)

    monkeypatch.setattr(acknowledged.Batches, "settle", stumble)
    if command == "refresh":
        inbox.deliver(files, "simulator")
    arguments = [*map(str, files), "--source", "simulator"] if command == "land" else []
    assert podium(command, *arguments, monkeypatch=monkeypatch) == 1
    shown = capsys.readouterr()
    assert shown.out.count("odd.parquet: not landed") == 1
    assert "ZeroDivisionError in test_cli.py, line " in shown.out
    assert "a fault of ours" not in shown.out + shown.err
    assert "Error: a file waits in the inbox" in shown.err
    assert [file.name.partition("~")[2] for _, file in inbox.waiting()] == ["odd.parquet"]


def test_a_stray_file_needs_somebody(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "inbox").mkdir()
    (home / "inbox" / "lost.jsonl").write_text("{}")
    assert podium("doctor", monkeypatch=monkeypatch) == 1
    assert "inbox: strays" in capsys.readouterr().out


def test_your_own_logs_beside_simulated_ones_are_warned_of(
    home: Path, log: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert podium("land", str(demo.SAMPLE), "--source", "litellm", monkeypatch=monkeypatch) == 0
    assert "simulated traffic" not in capsys.readouterr().err
    assert podium("land", str(log), "--source", "simulator", monkeypatch=monkeypatch) == 0
    assert "simulated traffic" not in capsys.readouterr().err
    assert podium("land", str(demo.SAMPLE), "--source", "litellm", monkeypatch=monkeypatch) == 0
    assert "simulated traffic" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("variable", "toml", "told"),
    [
        ("abc", "", "Error: PODIUM_PORT is 'abc': Input should be a valid integer"),
        ("", "port = 'x'", "podium.toml is 'x': Input should be a valid integer"),
        ("", "port =", "podium.toml is not TOML"),
    ],
)
def test_a_bad_setting_is_told_in_a_sentence(
    home: Path, variable: str, toml: str, told: str,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    if variable:
        monkeypatch.setenv("PODIUM_PORT", variable)
    (home / "podium.toml").write_text(toml)
    settings.cache_clear()
    assert podium("doctor", monkeypatch=monkeypatch) == 1
    assert told in capsys.readouterr().err


def test_doctor_names_what_is_no_setting_and_the_nearest_that_is(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PODIUM_PROT", "1")
    (home / "podium.toml").write_text("keep_version = 5\nport = 8600\n")
    assert podium("doctor", monkeypatch=monkeypatch) == 1
    shown = capsys.readouterr().out
    assert "did you mean PODIUM_PORT?" in shown
    assert "did you mean keep_versions?" in shown
    assert shown.count("no such setting") == 2


def test_version(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert podium("--version", monkeypatch=monkeypatch) == 0
    assert re.fullmatch(r"podium \d+\.\d+\.\d+\n", capsys.readouterr().out)


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["land", "/no/such/file", "--source", "litellm"], 1, "there is no such file or folder"),
        (["land", str(PROJECT / "README.md"), "--source", "gateway9"], 1, "there are: cloudflare"),
        (["sql", "select 1"], 1, "podium refresh"),
        (["refresh"], 1, "podium demo"),
        (["simulate", "--shape", "litellm"], 1, "--out FOLDER"),
        (["lnd"], 2, "No such command"),
        (["sql", "select 1", "--format", "xml"], 2, "xml"),
        (["sql", "select 1", "--list"], 2, "only one of them"),
        (["sql", "--format", "csv"], 2, "see also --list"),
    ],
)
def test_mistakes_are_told_in_a_sentence(
    home: Path, arguments: list[str], code: int, told: str,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    assert podium(*arguments, monkeypatch=monkeypatch) == code
    shown = capsys.readouterr().err
    assert told in shown
    assert "Traceback" not in shown


@pytest.mark.parametrize(
    "statement",
    [
        "create table z(i int)", "update rankings.price set rank = 1",
        "drop table rankings.price", "delete from rankings.price",
        "copy (select 1) to '/tmp/o'",
        "attach '/tmp/x.duckdb' as x", "set memory_limit = '100GB'", "from read_csv('/etc/passwd')",
        "from glob('*')", "with a as (delete from rankings.price returning *) from a", "select 1; select 2", "",
        "selec",         "connect 'quack:localhost'", "install httpfs",
    ],
)  # fmt: skip
def test_sql_only_reads_and_only_the_published_file(
    demo_here: Path, statement: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert podium("sql", statement, monkeypatch=monkeypatch) == 1
    assert "Error:" in capsys.readouterr().err


def test_a_ready_made_question_is_asked_by_its_name_with_its_question_above_the_table(
    demo_here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert podium("sql", "--query", "board_footer", monkeypatch=monkeypatch) == 0
    assert capsys.readouterr().out.startswith("What do last week's figures stand on? One row: ")
    assert podium("sql", "--query", "board_footer", "--format", "csv", monkeypatch=monkeypatch) == 0
    assert capsys.readouterr().out.startswith("reporting_timezone,start_date,end_date,coverage_days,")


def test_the_ready_made_questions_are_listed_before_anything_is_published(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert podium("sql", "--list", monkeypatch=monkeypatch) == 0
    listed = capsys.readouterr().out.splitlines()
    assert len(listed) == len(list((SQL / "queries").glob("*.sql"))) + 1
    assert [line.split()[0] for line in listed if line.endswith("What did each team spend last week?")] == [
        "spend_by_team"
    ]


VALUES = (
    "select 10::bigint as n, 0.1::decimal(18, 10) as d, null as e, timestamp '2026-11-02 12:00:00' as t, "
    "[1, 2] as l, true as b"
)


def test_csv_keeps_every_digit(
    demo_here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    podium("sql", VALUES, "--format", "csv", monkeypatch=monkeypatch)
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert rows == [{"n": "10", "d": "0.1000000000", "e": "", "t": "2026-11-02T12:00:00", "l": "[1, 2]", "b": "true"}]


def test_json_keeps_every_digit(
    demo_here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    podium("sql", VALUES, "--format", "json", monkeypatch=monkeypatch)
    (row,) = json.loads(capsys.readouterr().out)
    assert row == {"n": 10, "d": "0.1000000000", "e": None, "t": "2026-11-02T12:00:00", "l": [1, 2], "b": True}
    assert Decimal(row["d"]) == Decimal("0.1")


def test_a_table_cell_is_text_and_nothing_else(
    demo_here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    podium("sql", "select '[bold]' || chr(27) || '[31m' as cell", monkeypatch=monkeypatch)
    shown = capsys.readouterr().out
    assert "[bold]\N{REPLACEMENT CHARACTER}[31m" in shown
    assert "\x1b" not in shown


@pytest.mark.parametrize("width", [40, 400])
def test_no_number_is_cut_at_any_width(demo_here: Path, width: int) -> None:
    shown = io.StringIO()
    with ask.published() as con:
        answer = ask.ask(con, "select 1234567890.123456789::decimal(30, 9) as a, repeat('x', 60) as b")
        terminal.answer(Console(file=shown, force_terminal=True, width=width, color_system=None), answer)
    assert "1234567890.123456789" in shown.getvalue()
    assert "x" * 60 in shown.getvalue()
    assert ("row 1" in shown.getvalue()) is (width == 40)


def test_describe_is_headed_by_what_a_row_is_and_tells_what_each_column_means(
    demo_here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert podium("sql", "describe rankings.price", monkeypatch=monkeypatch) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("One row per period and model")
    assert re.search(r"effective_usd_per_mtok +│ DOUBLE +│ What tokens really cost", shown)


def test_every_table_is_listed_on_a_line_with_its_rows_and_what_one_is(
    demo_here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for question in ("show all tables", "SHOW tables;"):
        assert podium("sql", question, "--format", "csv", monkeypatch=monkeypatch) == 0
        rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
        assert {row["schema"] for row in rows} == {"meta", "rankings", "reference", "rollups"}
        assert all(row["meaning"].startswith("One row") for row in rows)
    (sources,) = [row for row in rows if (row["schema"], row["table"]) == ("meta", "sources")]
    assert sources["rows"] == "2"


def test_json_of_no_rows_is_an_empty_array(
    demo_here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    podium("sql", "select 1 as n where false", "--format", "json", monkeypatch=monkeypatch)
    assert json.loads(capsys.readouterr().out) == []


def test_doctor_finds_nothing_wrong_with_an_empty_home(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert podium("doctor", monkeypatch=monkeypatch) == 0
    assert "podium demo" in capsys.readouterr().out


def test_doctor_says_what_is_stale_and_what_is_in_quarantine(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from pipeline import refresh

    inbox.deliver([write(tmp_path / "log.parquet", attempt(1), attempt(2, input_tokens=-1))], "simulator")
    refresh.refresh(NOON.replace(day=3))
    capsys.readouterr()
    assert podium("doctor", monkeypatch=monkeypatch) == 1
    shown = capsys.readouterr().out
    assert "neg_tokens" in shown
    assert "podium refresh" in shown


def test_a_refused_version_is_exit_code_3(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(**_: object) -> None:
        raise publish.AuditFailed("version 2 was not published: parts_add_up (1 violations)")

    monkeypatch.setattr("pipeline.refresh.refresh", refuse)
    assert podium("refresh", monkeypatch=monkeypatch) == console.AUDIT_FAILED
    assert "parts_add_up" in capsys.readouterr().err


def test_the_demo_prints_its_board_and_a_second_one_finds_it_there(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(demo, "WEEKS", 1)
    assert podium("demo", "--requests", "600", "--no-serve", monkeypatch=monkeypatch) == 0
    shown = capsys.readouterr().out
    assert ("make serve" if os.environ.get("MAKELEVEL") else "podium serve") in shown
    assert "Top ten models by tokens" in shown
    assert "simulator (simulated)" in shown
    assert "litellm_slp 337 rows" in shown
    assert "Quarantine: empty" in shown
    first = publish.current()
    assert podium("demo", "--requests", "600", "--no-serve", monkeypatch=monkeypatch) == 0
    assert "The demo is there already" in capsys.readouterr().out
    second = publish.current()
    assert first is not None
    assert second is not None
    assert second.rows == first.rows


def test_the_demo_keeps_out_of_a_home_with_real_traffic(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    inbox.deliver([demo.SAMPLE], "litellm")
    assert podium("demo", "--no-serve", monkeypatch=monkeypatch) == 1
    assert "--force" in capsys.readouterr().err


def test_a_settings_file_that_was_named_must_be_there(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PODIUM_CONFIG", str(home / "gone.toml"))
    settings.cache_clear()
    assert podium("doctor", monkeypatch=monkeypatch) == 1
    assert f"PODIUM_CONFIG: there is no file {home / 'gone.toml'}" in " ".join(capsys.readouterr().err.split())


def test_a_check_that_warns_is_told_by_refresh_and_by_doctor(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    unpriced = attempt(1, model_raw="nobody-knows-this", cost_usd=None, cost_source="none")
    inbox.deliver([write(tmp_path / "log.parquet", unpriced)], "simulator")
    assert podium("refresh", monkeypatch=monkeypatch) == 0
    told = " ".join(capsys.readouterr().err.split())
    assert "Warning: check sources__most_tokens_have_a_price does not hold: Of every source's known tokens" in told
    assert podium("doctor", monkeypatch=monkeypatch) == 1
    assert "sources__most_tokens_have_a_price does not hold" in " ".join(capsys.readouterr().out.split())
