"""Two sources of the same traffic: only one counts, and what they disagree on is told."""

import csv
import gzip
import io
import json
import sys
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from pipeline import audit, cli, reconcile, rollups
from pipeline.settings import SAMPLES, PodiumError, Settings, settings
from tests import steps
from tests.rows import NOON, attempt, write

FACTS, BOOKS = "litellm_slp", "litellm_spendlogs"
MONDAY = date(2026, 11, 2)
UNBILLED: dict[str, Any] = {"status": "error", "input_tokens": None, "output_tokens": None} | {
    "cost_usd": None,
    "cost_source": "none",
}


def side(source: str, number: int, **told: Any) -> dict[str, Any]:
    """One request as a source tells it: both name it alike."""
    usual = {"source": source, "attempt_id": f"{source}-{number}", "request_id": f"request-{number}"}
    return attempt(number, **(usual | told))


@pytest.fixture
def paired(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The facts count, the books are held against them."""
    pair(monkeypatch)


def pair(monkeypatch: pytest.MonkeyPatch, told: str = f"{FACTS}={BOOKS}") -> None:
    monkeypatch.setenv("PODIUM_RECONCILE", told)
    settings.cache_clear()


@pytest.mark.parametrize("told", ["litellm_slp=spendlogs", "litellm=litellm_spendlogs"])
def test_a_name_that_no_source_has_stops_the_refresh_before_anything_counts_twice(home, tmp_path, monkeypatch, told):
    pair(monkeypatch, told)
    steps.land_rows(tmp_path, attempt(1))
    with pytest.raises(
        PodiumError, match=r"no source is called '(spendlogs|litellm)' in column source; there are: .*otlp"
    ):
        steps.publish_now()


def podium(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["podium", *arguments])
    try:
        cli.run()
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def rows_of(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str
) -> list[dict[str, str]]:
    """What `podium reconcile` answers as CSV."""
    podium(monkeypatch, "reconcile", *arguments, "--format", "csv")
    return list(csv.DictReader(io.StringIO(capsys.readouterr().out)))


def test_a_reference_source_lands_and_is_counted_nowhere(paired: None, tmp_path: Path) -> None:
    landed = steps.land_rows(tmp_path, side(FACTS, 1), side(BOOKS, 1), side(BOOKS, 2))
    assert landed.rows_landed == 3
    steps.roll_up()
    for name in ("usage_hourly", "log_totals_hourly", "user_activity_hourly"):
        (row,) = steps.rollup(name)
        assert (row["request_count"], row["cost_usd"]) == (1, Decimal("0.0035"))
    published = steps.publish_now()
    assert steps.asked(published, "select check_name from meta.checks where not is_ok and severity = 'error'") == []
    assert steps.asked(published, "select source, row_count from meta.sources") == [(FACTS, 1)]


def test_without_the_setting_both_count_and_the_checks_hold(home: Path, tmp_path: Path) -> None:
    steps.land_rows(tmp_path, side(FACTS, 1), side(BOOKS, 1))
    published = steps.publish_now()
    assert steps.asked(published, "select sum(input_tokens) from rollups.usage_daily") == [(2000,)]
    assert steps.asked(published, "select count(*) from rollups.reconciliation_daily") == [(0,)]


def test_changing_the_setting_computes_everything_again(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps.land_rows(tmp_path, side(FACTS, 1), side(BOOKS, 1))
    both = steps.publish_now()
    pair(monkeypatch)
    assert len(rollups.dirty_hours(None)) == 1
    one = steps.publish_now()
    pair(monkeypatch, "")
    again = steps.publish_now()
    totals = [steps.asked(version, "select sum(row_count) from rollups.usage_daily") for version in (both, one, again)]
    assert totals == [[(2,)], [(1,)], [(2,)]]


def test_another_partner_on_the_left_computes_no_rollup_again(
    paired: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps.land_rows(tmp_path, side(FACTS, 1), side("otlp", 2), side(BOOKS, 2))
    steps.publish_now()
    before = rollups.fingerprint()
    pair(monkeypatch, f"otlp={BOOKS}")
    assert rollups.fingerprint() == before
    rows = steps.asked(steps.publish_now(), "select source, request_count from rollups.reconciliation_daily")
    assert rows == [("otlp", 1)]


@pytest.mark.parametrize("told", ["a", "a=", "=b", "a=b=c", "a=b,b=c", "a=b, c", "a=a"])
def test_a_pair_that_is_none_is_refused(told: str) -> None:
    with pytest.raises(ValidationError):
        Settings(reconcile=told)


def test_pairs_are_read_with_blanks_and_commas() -> None:
    assert Settings(reconcile=" a = b, c=d ,").reconcile_pairs == [("a", "b"), ("c", "d")]


def test_the_published_table_holds_a_row_per_day_and_pair(paired: None, tmp_path: Path) -> None:
    tuesday = NOON + timedelta(days=1)
    steps.land_rows(
        tmp_path,
        side(FACTS, 1, reasoning_output_tokens=10), side(BOOKS, 1, reasoning_output_tokens=None),
        side(FACTS, 2), side(BOOKS, 2, input_tokens=1100, cost_usd=0.004),
        side(BOOKS, 3, start_time=tuesday),
    )  # fmt: skip
    rows = steps.asked(
        steps.publish_now(),
        "select * exclude (largest_difference_share), round(largest_difference_share, 6) "
        "from rollups.reconciliation_daily order by event_date",
    )
    assert rows == [
        (MONDAY, FACTS, BOOKS, 2, 2, 2000, 2100, 200, 200, 10, None,
         Decimal("0.0070000000"), Decimal("0.0075000000"), 0.005, 0.066667),
        (MONDAY + timedelta(days=1), FACTS, BOOKS, 0, 1, None, 1000, None, 100, None, None,
         None, Decimal("0.0035000000"), 0.005, 1.0),
    ]  # fmt: skip


def test_a_days_comparison_follows_rows_that_come_late(paired: None, tmp_path: Path) -> None:
    steps.land_rows(tmp_path, side(FACTS, 1), side(FACTS, 2))
    steps.publish_now()
    steps.land_rows(tmp_path, side(BOOKS, 2), side(BOOKS, 1))
    steps.land_rows(tmp_path, side(BOOKS, 1), side(BOOKS, 2))
    columns = "request_count, reference_request_count, largest_difference_share"
    assert steps.asked(steps.publish_now(), f"select {columns} from rollups.reconciliation_daily") == [(2, 2, 0.0)]


def test_a_day_that_only_the_reference_knows_is_compared_when_it_comes(paired: None, tmp_path: Path) -> None:
    steps.land_rows(tmp_path, side(FACTS, 1), side(BOOKS, 1))
    steps.publish_now()
    steps.land_rows(tmp_path, side(BOOKS, 2, start_time=NOON + timedelta(days=1)))
    rows = steps.asked(
        steps.publish_now(),
        "select event_date, request_count, reference_request_count from rollups.reconciliation_daily order by 1",
    )
    assert rows == [(MONDAY, 1, 1), (MONDAY + timedelta(days=1), 0, 1)]


def test_the_check_warns_of_days_beyond_the_tolerance_and_stops_nothing(paired: None, tmp_path: Path) -> None:
    days = [NOON + timedelta(days=number) for number in range(-1, 3)]
    steps.land_rows(
        tmp_path,
        side(FACTS, 1, start_time=days[0]),  # before the books began
        side(FACTS, 2, start_time=days[1]), side(BOOKS, 2, start_time=days[1], input_tokens=1001),
        side(FACTS, 3, start_time=days[2]), side(BOOKS, 3, start_time=days[2], input_tokens=1010),
        side(FACTS, 4, start_time=days[3]),  # the books of this day may still come
    )  # fmt: skip
    published = steps.publish_now(as_of=days[3] + timedelta(hours=20))
    told = "select violation_count, severity from meta.checks where check_name = 'reconciliation_daily__sources_agree'"
    assert steps.asked(published, told) == [(1, "warn")]
    assert steps.asked(steps.publish_now(as_of=days[3] + timedelta(days=2)), told) == [(2, "warn")]
    assert steps.asked(steps.publish_now(as_of=days[3] + timedelta(days=40)), told) == [(0, "warn")]
    assert audit.severity(next(file for file in audit.files() if "sources_agree" in file.stem)) == "warn"


def test_days_are_compared_measure_by_measure(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    steps.land_rows(
        tmp_path,
        side(FACTS, 1), side(BOOKS, 1),
        side(FACTS, 2), side(BOOKS, 2, output_tokens=110, cost_usd=None, cost_source="none", status="error"),
        side(FACTS, 3), side(BOOKS, 9, start_time=NOON + timedelta(days=1)),
    )  # fmt: skip
    rows = rows_of(monkeypatch, capsys, FACTS, BOOKS, "--until", "2026-11-02")
    assert [tuple(row.values())[1:5] for row in rows] == [
        ("requests", "3.0000000000", "2.0000000000", "1.0000000000"),
        ("input_tokens", "3000.0000000000", "2000.0000000000", "1000.0000000000"),
        ("output_tokens", "300.0000000000", "210.0000000000", "90.0000000000"),
        ("cost_usd", "0.0105000000", "0.0035000000", "0.0070000000"),
    ]
    assert [row["is_beyond"] for row in rows] == ["true"] * 4
    assert {row["event_date"] for row in rows} == {"2026-11-02"}


def test_requests_that_one_source_lacks_or_that_differ_are_listed(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    midnight = NOON + timedelta(hours=12)
    steps.land_rows(
        tmp_path,
        side(FACTS, 1), side(BOOKS, 1),
        side(FACTS, 2), side(BOOKS, 2, cost_usd=0.007),
        side(FACTS, 3),
        side(BOOKS, 4),
        # one request whose clocks stand on either side of midnight
        side(FACTS, 5, start_time=midnight - timedelta(seconds=1)), side(BOOKS, 5, start_time=midnight),
    )  # fmt: skip
    asked = (FACTS, BOOKS, "--show", "requests", "--since", "2026-11-02", "--until", "2026-11-02")
    rows = rows_of(monkeypatch, capsys, *asked)
    assert [(row["finding"], row["request_id"]) for row in rows] == [
        ("differs", "request-2"), (f"missing in {FACTS}", "request-4"), (f"missing in {BOOKS}", "request-3"),
    ]  # fmt: skip
    assert (rows[0]["cost_usd"], rows[0]["reference_cost_usd"]) == ("0.0035000000", "0.0070000000")
    assert len(rows_of(monkeypatch, capsys, *asked, "--limit", "1")) == 1


def test_attempts_of_a_request_are_one_request_for_the_model_that_ended_it(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    steps.land_rows(
        tmp_path,
        side(FACTS, 1, attempt_id="first", model_raw="gpt-4o-mini", **UNBILLED), side(FACTS, 1), side(BOOKS, 1),
    )  # fmt: skip
    rows = rows_of(monkeypatch, capsys, FACTS, BOOKS, "--show", "models")
    counts = {
        row["model_id"]: (row["value"][0], row["reference_value"][0]) for row in rows if row["measure"] == "requests"
    }
    assert counts == {"openai/gpt-4o": ("1", "1"), "openai/gpt-4o-mini": ("0", "0")}
    assert rows_of(monkeypatch, capsys, FACTS, BOOKS, "--show", "requests") == []


def test_of_an_attempt_with_two_contents_one_is_compared(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    steps.land_rows(tmp_path, side(FACTS, 1, output_tokens=50), side(BOOKS, 1))
    steps.land_rows(tmp_path, side(FACTS, 1))
    assert podium(monkeypatch, "reconcile", FACTS, BOOKS) == 0


@pytest.mark.parametrize(("tolerance", "code"), [("0.5", 1), ("0.99", 1), ("1", 0), ("5", 0)])
def test_beyond_the_tolerance_the_exit_code_is_one(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    tolerance: str, code: int,
) -> None:  # fmt: skip
    steps.land_rows(tmp_path, side(FACTS, 1, input_tokens=990), side(BOOKS, 1))
    monkeypatch.setenv("PODIUM_RECONCILE_TOLERANCE_PERCENT", tolerance)
    settings.cache_clear()
    assert podium(monkeypatch, "reconcile", FACTS, BOOKS) == code
    told = capsys.readouterr().err
    assert ("agree within" in told) == (code == 0)
    assert ("in 1 daily figure, the first is input_tokens of 2026-11-02" in told) == (code == 1)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ((FACTS, "nobody"), 1, "no row of source 'nobody'"),
        ((FACTS, BOOKS, "--since", "2026-11-03", "--until", "2026-11-01"), 1, "lies after"),
        ((FACTS,), 2, "--activity FILE"),
        ((FACTS, BOOKS, "--activity", "x.json"), 2, "--activity FILE"),
        ((FACTS, "--activity", "x.json", "--show", "requests"), 2, "no requests"),
        ((FACTS, "--activity", "nowhere.json"), 1, "no such file"),
    ],
)
def test_what_can_not_be_compared_is_said(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...], code: int, said: str,
) -> None:  # fmt: skip
    steps.land_rows(tmp_path, side(FACTS, 1), side(BOOKS, 1))
    assert podium(monkeypatch, "reconcile", *arguments) == code
    assert said in " ".join(capsys.readouterr().err.replace("│", " ").split())


def test_an_empty_log_is_said(home: Path) -> None:
    with pytest.raises(PodiumError, match="request log is empty"):
        reconcile.days_between(None, None)


def test_the_recorded_litellm_log_against_a_partner_that_lost_requests(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    at = NOON + timedelta(days=40)
    steps.land(SAMPLES / "litellm_slp.jsonl.gz", source="litellm", at=at)
    facts = [row for row in steps.log() if row["source"] == FACTS]
    partner = [as_books(row) for row in facts]
    file = write(tmp_path / "partner.parquet", *partner)
    steps.land(file, at=at)
    assert podium(monkeypatch, "reconcile", FACTS, BOOKS) == 0
    kept = [row for row in partner if row["request_id"] not in sorted({row["request_id"] for row in partner})[:20]]
    steps.land(write(tmp_path / "thin.parquet", *(row | thin(row) for row in kept)), at=at)
    capsys.readouterr()
    asked = (FACTS, "thin", "--show", "requests")
    assert podium(monkeypatch, "reconcile", *asked, "--format", "csv") == 1
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert {row["finding"] for row in rows} == {"missing in thin"}
    assert len(rows) == 20


def as_books(row: dict[str, Any]) -> dict[str, Any]:
    """A log row as the other source would have told it."""
    told = {**row, "source": BOOKS, "attempt_id": f"{BOOKS}-{row['attempt_id']}", "model_raw": row["model_id"]}
    return told | {
        name: None if row[name] is None else float(row[name])
        for name in row
        if name.endswith("_cost_usd") or name == "cost_usd"
    }


def thin(row: dict[str, Any]) -> dict[str, Any]:
    return {"source": "thin", "attempt_id": f"thin-{row['attempt_id']}"}


ITEM = {
    "date": "2026-11-02", "model": "openai/gpt-4o", "model_permaslug": "openai/gpt-4o-2024-11-20", "endpoint_id": "ep",
    "provider_name": "OpenAI", "usage": 0.003, "byok_usage_inference": 0.004, "requests": 2, "prompt_tokens": 2000,
    "completion_tokens": 200, "reasoning_tokens": 0,
}  # fmt: skip
OPENROUTER = "openrouter_generation"


def as_csv(*items: dict[str, Any]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(ITEM))
    writer.writeheader()
    writer.writerows(items)
    return text.getvalue().encode()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("activity.json", json.dumps({"data": [ITEM]}, indent=1).encode()),
        ("activity.json", json.dumps([ITEM]).encode()),
        ("activity.jsonl", json.dumps(ITEM).encode()),
        ("activity.json.gz", gzip.compress(json.dumps({"data": [ITEM]}).encode(), mtime=0)),
        ("activity.csv", as_csv(ITEM)),
        ("activity.csv.gz", gzip.compress(as_csv(ITEM), mtime=0)),
        ("act[1]*.csv", as_csv(ITEM)),
    ],
)
def test_openrouters_activity_is_held_against_the_log_and_never_lands(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    name: str, data: bytes,
) -> None:  # fmt: skip
    told = {"source": OPENROUTER, "provider_name": "openrouter", "reasoning_output_tokens": 0}
    steps.land_rows(tmp_path, attempt(1, **told), attempt(2, **told))
    (tmp_path / name).write_bytes(data)
    arguments = (OPENROUTER, "--activity", str(tmp_path / name), "--show", "models")
    rows = rows_of(monkeypatch, capsys, *arguments)
    assert [(row["measure"], row["difference"]) for row in rows] == [
        (measure, "0.0000000000")
        for measure in ("requests", "input_tokens", "output_tokens", "reasoning_output_tokens", "cost_usd")
    ]
    assert {row["model_id"] for row in rows} == {"openai/gpt-4o"}
    assert podium(monkeypatch, "reconcile", *arguments) == 0
    assert len(steps.log()) == 2


def test_activity_that_says_more_than_the_log_is_beyond(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    steps.land_rows(tmp_path, attempt(1, source=OPENROUTER), attempt(2, source=OPENROUTER))
    file = tmp_path / "activity.json"
    file.write_text(json.dumps({"data": [ITEM, ITEM | {"date": "2026-11-03"}]}), encoding="utf-8")
    assert podium(monkeypatch, "reconcile", OPENROUTER, "--activity", str(file), "--format", "json") == 1
    rows = json.loads(capsys.readouterr().out)
    assert [row["event_date"] for row in rows if row["is_beyond"]] == ["2026-11-03"]


def test_of_the_activity_only_the_days_asked_for_are_compared(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {"source": OPENROUTER, "provider_name": "openrouter"}
    steps.land_rows(tmp_path, attempt(1, **told), attempt(2, **told))
    file = tmp_path / "activity.json"
    file.write_text(json.dumps({"data": [ITEM, ITEM | {"date": "2026-11-03"}]}), encoding="utf-8")
    asked = ("reconcile", OPENROUTER, "--activity", str(file), "--until", "2026-11-02")
    assert podium(monkeypatch, *asked) == 0


FAULTS = [
    ({"date": "soon"}, "date is no day"),
    ({"model": ""}, "model is missing"),
    ({"requests": -1}, "requests is no count"),
    ({"requests": 1.5}, "requests is no count"),
    ({"prompt_tokens": None}, "prompt_tokens is no count"),
    ({"completion_tokens": -1}, "completion_tokens is no count"),
    ({"reasoning_tokens": -1}, "reasoning_tokens is no count"),
    ({"usage": None}, "usage is no amount"),
    ({"byok_usage_inference": -1}, "byok_usage_inference is no amount"),
]


@pytest.mark.parametrize(("fault", "said"), FAULTS)
def test_a_broken_item_is_named_whatever_the_format(
    home: Path, tmp_path: Path, fault: dict[str, Any], said: str
) -> None:
    for name, data in (("a.json", json.dumps([ITEM, ITEM | fault]).encode()), ("a.csv", as_csv(ITEM, ITEM | fault))):
        (tmp_path / name).write_bytes(data)
        with reconcile.workspace() as con, pytest.raises(PodiumError, match=f"item 2: {said}"):
            reconcile.read_activity(con, tmp_path / name)


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.csv", b"day,cost\n1,2\n"), ("a.json", b'{"date": {}, "requests": "many"}\n'), ("a.json", b"date,model\n")],
)
def test_what_is_no_activity_is_refused(home: Path, tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    with reconcile.workspace() as con, pytest.raises(PodiumError, match="is not OpenRouter's Activity"):
        reconcile.read_activity(con, tmp_path / name)


def test_an_activity_without_items_is_said(home: Path, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b'{"data": []}')
    with reconcile.workspace() as con, pytest.raises(PodiumError, match="there is no activity"):
        reconcile.read_activity(con, tmp_path / "a.json")
