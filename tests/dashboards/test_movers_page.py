"""The Movers page over the demo: its lists are the published figures, and nothing sure is claimed of what is not."""

from pathlib import Path

import duckdb
import pytest

from tests.dashboards.pages import Open, chart, in_file, opened, said

MOVED = "rankings.movers where period = '1w' and unit = 'tokens'"


def listed(at, key: str) -> list[str]:
    [found] = [frame for frame in at.dataframe if frame.key == key]
    return list(found.value["model_id"])


def test_the_fastest_risers_and_fallers_come_first(app: Open, demo_home: Path) -> None:
    at = app("movers")
    for key, condition, order in (("rising", "change > 0", "change desc"), ("falling", "change < 0", "change")):
        sql = f"select model_id from {MOVED} and {condition} and not is_small_base order by {order}, model_id"
        expected = [model for (model,) in in_file(demo_home, sql)]
        assert expected
        assert listed(at, key) == expected


def test_a_change_that_could_be_none_is_drawn_hollow_and_said_to_be_unclear(app: Open, demo_home: Path) -> None:
    _, marks = chart(app("movers"))
    published = {
        model: (low, high, clear)
        for model, low, high, clear in in_file(
            demo_home, f"select model_id, change_low, change_high, coalesce(has_clear_change, false) from {MOVED}"
        )
    }
    assert {mark["rises"] for mark in marks} == {True, False}
    for mark in marks:
        low, high, clear = published[mark["model_id"]]
        assert (mark["change_low"], mark["change_high"], mark["is_clear"]) == (low, high, clear)
        assert clear == (low is not None and not low <= 0 <= high)


def test_a_small_base_is_never_among_risers_or_fallers(app: Open, demo_home: Path) -> None:
    at = app("movers")
    small = {model for (model,) in in_file(demo_home, f"select model_id from {MOVED} and is_small_base")}
    assert small
    assert not small & {*listed(at, "rising"), *listed(at, "falling")}


def test_who_came_and_who_left_is_told(app: Open, demo_home: Path) -> None:
    at = app("movers")
    for key, column in (("new", "is_new"), ("left", "has_left")):
        expected = {model for (model,) in in_file(demo_home, f"select model_id from {MOVED} and {column}")}
        shown = {*listed(at, key)} if expected else set()
        assert shown == expected


def test_an_interval_never_ends_at_minus_nothing(app: Open) -> None:
    shown = [frame.value for frame in app("movers").dataframe if "drawn_interval" in frame.value]
    ends = [end for frame in shown for told in frame["drawn_interval"].dropna() for end in told.split(" to ")]
    assert ends
    assert not [end for end in ends if float(end.rstrip("%")) == 0 and end.startswith("-")]


def test_a_window_without_one_before_moves_nothing(app: Open) -> None:
    at = app("movers", period="12w")
    assert "rose" not in said(at).partition("What is counted")[0].replace("All that rose", "")
    assert "does not cover the window before" in at.info[0].value
    assert not [frame for frame in at.dataframe if frame.key in {"rising", "falling", "trending", "new", "left"}]


def test_the_units_are_compared_both_ways(app: Open, demo_home: Path) -> None:
    at = app("movers", by="spend")
    _, marks = chart(at, 1)
    assert {mark["unit"] for mark in marks} == {"Tokens", "Requests", "Spend", "Users"}
    spent = sorted((mark["place"], mark["model_id"]) for mark in marks if mark["unit"] == "Spend")
    assert [place for place, _ in spent] == list(range(1, 8))
    pairs = at.dataframe[-1].value
    [[tau, overlap]] = in_file(
        demo_home,
        "select kendall_tau_b, overlap_count from rankings.rank_disagreement"
        " where period = '1w' and unit = 'tokens' and other_unit = 'spend'",
    )
    assert pairs["spend"][0] == f"{tau:.2f} · {overlap} of 10"
    assert "Kendall's tau-b" in said(at)


def test_each_model_in_the_rank_chart_has_a_colour_of_its_own_and_none_is_others_grey(app: Open) -> None:
    _, marks = chart(app("movers"), 1)
    slots = {mark["model_id"]: mark["slot"] for mark in marks}
    assert sorted(slots.values()) == list(range(1, 8))


def test_an_empty_list_is_one_line_that_says_why(published_copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    [file] = (published_copy / "published").glob("podium-*.duckdb")
    file.chmod(0o644)
    with duckdb.connect(str(file)) as con:
        con.execute("update rankings.movers set trending = null, has_left = false")
    monkeypatch.setenv("PODIUM_HOME", str(published_copy))
    at = opened("movers")
    assert "**Trending**: the log does not reach back over the three windows before" in said(at)
    assert "**Left**: no model left." in said(at)
    headings = [line for line in said(at).splitlines() if line.startswith("####")]
    assert not [line for line in headings if "**Trending**" in line or "**Left**" in line]
    assert [line for line in headings if "**Momentum**" in line]


def test_the_board_shows_the_range_of_each_rank_and_who_is_tied_for_first(app: Open, demo_home: Path) -> None:
    at = app()
    shown = at.dataframe[0].value
    board = "rankings.leaderboard where period = '1w' and unit = 'tokens'"
    ranges = in_file(demo_home, f"select model_id, rank_low, rank_high from {board} and rank_low is not null")
    ends = {model: str(low) if low == high else f"{low}\N{EN DASH}{high}" for model, low, high in ranges}
    assert len(ends) > 20
    drawn = dict(zip(shown["model_id"], shown["drawn_rank_range"], strict=True))
    assert {model: drawn[model] for model in ends} == ends
    [[tied]] = in_file(demo_home, f"select count(*) from {board} and tied_group = 1")
    assert (f"{tied} models are statistically tied for first" in said(at)) == (tied > 1)
