"""Latency & reliability over the demo: what it draws is what the file says, and who got worse is told on top."""

from pathlib import Path

import charts_speed
import palette
import pyarrow as pa
import pytest
import speed_marks
from format import UNKNOWN

from pipeline.simulation.models import SLOWDOWN
from tests.dashboards.pages import Open, chart, in_file, said

WEEK = "period = '1w'"
RANGES, DAYS, HOURS, PROMPTS = range(4)


def test_the_simulated_slowdown_is_told_and_no_other_models_median(app: Open, demo_home: Path) -> None:
    worse = in_file(
        demo_home, "select model_id from rankings.regressions where measure = 'ttft_p50_s' and verdict = 'worse'"
    )
    assert worse == [(SLOWDOWN[0],)]
    [warning] = app("speed").warning
    assert f"{SLOWDOWN[0]}: TTFT p50 up " in warning.value.replace("\\", "").replace("**", "")
    assert "against its last four weeks" in warning.value


def test_the_table_is_the_published_speed_quickest_first(app: Open, demo_home: Path) -> None:
    shown = app("speed").dataframe[0].value
    where = f"{WEEK} and provider_name = '(all)' and model_id <> '(all)'"
    expected = dict(in_file(demo_home, f"select model_id, ttft_p50_s from rankings.speed where {where}"))
    timed = shown[shown["ttft_p50_s"].notna()]
    drawn = dict(zip(timed["model_id"], timed["ttft_p50_s"], strict=True))
    assert drawn == {model: told for model, told in expected.items() if told is not None}
    assert list(timed["ttft_p50_s"]) == sorted(timed["ttft_p50_s"])
    assert len(shown) == in_file(demo_home, f"select count(*) from rankings.outcomes where {where}")[0][0]


def test_too_few_streams_are_a_dash_and_said(app: Open) -> None:
    at = app("speed")
    few = [row for row in at.dataframe[0].value.to_dict("records") if row["drawn_streams"].startswith("too few")]
    assert few
    assert all(row["ttft_p50_s"] != row["ttft_p50_s"] for row in few)
    assert "Too few streams" in said(at).replace("too few", "Too few")


def test_success_of_under_twenty_requests_is_a_dash_beside_their_number(app: Open, demo_home: Path) -> None:
    shown = app("speed", group="both").dataframe[0].value
    assert (shown["success_percent"].isna() == (shown["request_success_n"] < 20)).all()
    assert shown["success_percent"].isna().any()
    assert shown["rescued_percent"].isna().any()


@pytest.mark.parametrize(
    ("share", "count", "told"),
    [
        (0.85, 120, "85.0% of 120 failed first tries rescued"),
        (None, 7, "failed first tries: too few (7)"),
        (None, 0, "no failed first try known"),
    ],
)
def test_rescues_are_said_with_what_they_are_of(share, count, told) -> None:
    assert speed_marks.rescued(share, count) == told


def test_grouping_by_provider_shows_providers_only(app: Open, demo_home: Path) -> None:
    shown = app("speed", group="provider").dataframe[0].value
    where = f"{WEEK} and model_id = '(all)' and provider_name <> '(all)'"
    [[count]] = in_file(demo_home, f"select count(*) from rankings.outcomes where {where}")
    assert len(shown) == count
    assert "model_id" not in shown


def test_a_provider_narrows_models_to_those_it_served(app: Open, demo_home: Path) -> None:
    shown = app("speed", provider="groq").dataframe[0].value
    where = f"{WEEK} and model_id <> '(all)' and provider_name = 'groq'"
    expected = in_file(demo_home, f"select model_id, request_count from rankings.outcomes where {where} order by 1")
    assert sorted(zip(shown["model_id"], shown["request_count"], strict=True)) == expected


@pytest.mark.parametrize("minimum", ["20", "100"])
def test_fewer_requests_than_asked_for_are_left_out(app: Open, minimum: str) -> None:
    everyone, some = app("speed").dataframe[0].value, app("speed", min=minimum).dataframe[0].value
    assert list(some["model_id"]) == list(everyone["model_id"][everyone["request_count"] >= int(minimum)])


def test_streamed_only_leaves_out_who_has_no_stream(app: Open) -> None:
    at = app("speed", group="both", streamed="1")
    assert UNKNOWN not in set(at.dataframe[0].value["drawn_streams"])
    assert len(at.dataframe[0].value) < len(app("speed", group="both").dataframe[0].value)


def test_nothing_that_passes_the_filters_has_one_way_out(app: Open) -> None:
    at = app("speed", provider="no-such-provider")
    assert "passes the filters" in said(at)
    [clear] = [button for button in at.button if button.label == "Clear filters"]
    clear.click().run()
    assert len(at.dataframe) == 1


def test_a_cell_is_a_providers_day_and_says_when_too_few_tell(app: Open, demo_home: Path) -> None:
    _, marks = chart(app("speed"), DAYS)
    dates = "spans.start_date >= periods.start_date and spans.start_date < periods.end_date"
    days = in_file(
        demo_home,
        "select strftime(spans.start_date, '%-d %b'), provider_name, uptime_rate, uptime_n"
        f" from rankings.success_over_time as spans inner join rankings.periods on {WEEK} and {dates}"
        " where provider_name <> '(all)' and grain = 'day'",
    )
    rates = pa.array([rate for _, _, rate, _ in days], pa.float64()).cast(pa.float32(), safe=False).to_pylist()
    expected = {(day, provider): rate for (day, provider, *_), rate in zip(days, rates, strict=True)}
    assert {(mark["day"], mark["provider_name"]): mark["rate"] for mark in marks} == expected
    few = [mark for mark in marks if mark["rate"] is None]
    assert few
    assert {mark["mark_text"] for mark in few} == {"·"}
    assert {mark["rate_text"].partition(" (")[0] for mark in few} == {"too few"}


def test_over_twelve_weeks_a_cell_is_a_week(app: Open, demo_home: Path) -> None:
    at = app("speed", period="12w")
    _, marks = chart(at, DAYS)
    weeks = in_file(demo_home, "select strftime(week_start, '%-d %b') from rankings.totals_weekly where is_complete")
    assert {mark["day"] for mark in marks} == {week for (week,) in weeks}
    assert "by provider and week" in said(at)


def test_hours_and_prompt_sizes_are_those_of_the_file(app: Open, demo_home: Path) -> None:
    at = app("speed", period="4w")
    of = "period = '4w' and metric = 'ttft' and p50 is not null"
    hours = in_file(demo_home, f"select p50 / 1e3 from rankings.speed_by_hour where {of} order by hour_of_day")
    assert [(mark["p50_s"],) for mark in chart(at, HOURS)[1]] == hours
    assert len(hours) == 24
    sizes = f"{of} and model_id = '(all)' and prompt_tokens_to is not null order by prompt_tokens_to"
    prompts = in_file(demo_home, f"select p50 / 1e3 from rankings.speed_by_prompt where {sizes}")
    assert [(mark["p50_s"],) for mark in chart(at, PROMPTS)[1]] == prompts


def test_one_models_prompt_sizes_can_be_asked_for(app: Open) -> None:
    model = SLOWDOWN[0]
    assert chart(app("speed", of=model), PROMPTS)[1] != chart(app("speed"), PROMPTS)[1]


def test_the_ranges_have_the_entitys_own_colour_and_a_log_axis(app: Open, demo_home: Path) -> None:
    spec, marks = chart(app("speed"), RANGES)
    claims = "rankings.color_slots where kind = 'model' order by since_week, entity_id"
    claimed = in_file(demo_home, f"select entity_id, slot from {claims}")
    drawn = {mark["name"]: mark["slot"] for mark in marks}
    held = [slot for slot in drawn.values() if slot]
    assert len(held) == len(set(held)) == min(7, len([model for model, _ in claimed if model in drawn]))
    first = {slot: model for model, slot in reversed(claimed) if model in drawn}
    assert {model: drawn[model] for model in first.values()} == {model: slot for slot, model in first.items()}
    assert not any(slot for model, slot in drawn.items() if model not in dict(claimed))
    assert [mark["p50"] for mark in marks] == sorted(mark["p50"] for mark in marks)
    assert spec["layer"][2]["encoding"]["x"]["scale"]["type"] == "log"


def test_a_bad_day_is_marked_where_there_is_no_room_for_its_percentage() -> None:
    day = {"day": "9 Nov", "provider_name": "east", "n": 100.0, "is_of_requests": False}
    bad, good = ({**day, "rate": rate, "rate_percent": rate * 100} for rate in (0.94, 0.999))
    assert [speed_marks.day_mark(row, 28)["mark_text"] for row in (bad, good)] == [speed_marks.CROSS, ""]
    assert [speed_marks.day_mark(row, 7)["mark_text"] for row in (bad, good)] == ["94%", ">99%"]


@pytest.mark.parametrize(
    ("rate", "told"), [(0.946, "94.6%"), (0.9499, "94.9%"), (0.944, "94%"), (0.95, "95%"), (0.954, "95%")]
)
def test_a_bad_day_never_reads_like_one_that_is_not(rate: float, told: str) -> None:
    row = {"day": "9 Nov", "provider_name": "east", "n": 100.0, "is_of_requests": False}
    assert speed_marks.day_mark({**row, "rate": rate, "rate_percent": rate * 100}, 7)["mark_text"] == told


@pytest.mark.parametrize(
    ("measure", "before", "now", "change", "told"),
    [
        ("ttft_p95_s", 1.0, 1.5, 0.5, "TTFT p95 up 50% against its last four weeks (1.00 s to 1.50 s, 30 streams)"),
        (
            "output_speed_p50", 50, 40, -0.2,
            "output speed down 20% against its last four weeks (50 tok/s to 40 tok/s, 30 streams)",
        ),
        (
            "request_success_rate", 0.99, 0.97, -0.02,
            "success down 2.0 percentage points against its last four weeks (99.00% to 97.00%, 30 requests)",
        ),
    ],
)  # fmt: skip
def test_a_note_says_what_got_worse_by_how_much_and_from_how_many(measure, before, now, change, told) -> None:
    row = {"model_id": "one", "measure": measure, "value": now, "before_value": before, "change": change}
    assert speed_marks.note(row | {"sample_count": 30}) == f"**one**: {told}"


def test_ticks_of_a_log_axis_lie_inside_its_ends() -> None:
    spec = charts_speed.ranges(palette.Ink("#000", "#fff"), [0.2, 4.0], 3)
    axis = spec["layer"][0]["encoding"]["x"]["axis"]
    assert axis["values"] == pytest.approx([0.2, 0.5, 1, 2, 5])
