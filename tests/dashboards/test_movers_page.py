"""The Movers page over the demo: its lists are the published figures, and nothing sure is claimed of what is not."""

from pathlib import Path

from tests.dashboards.pages import Open, chart, in_file, said

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


def test_a_window_without_one_before_moves_nothing(app: Open) -> None:
    at = app("movers", period="12w")
    assert "does not cover the window before" in at.info[0].value
    assert not [frame for frame in at.dataframe if frame.key in {"rising", "falling", "trending", "new", "left"}]


def test_the_units_are_compared_both_ways(app: Open, demo_home: Path) -> None:
    at = app("movers", by="spend")
    _, marks = chart(at, 1)
    assert {mark["unit"] for mark in marks} == {"Tokens", "Requests", "Spend", "Users"}
    spent = sorted((mark["place"], mark["model_id"]) for mark in marks if mark["unit"] == "Spend")
    assert [place for place, _ in spent] == list(range(1, 11))
    pairs = at.dataframe[-1].value
    [[tau, overlap]] = in_file(
        demo_home,
        "select kendall_tau_b, overlap_count from rankings.rank_disagreement"
        " where period = '1w' and unit = 'tokens' and other_unit = 'spend'",
    )
    assert pairs["spend"][0] == f"{tau:.2f} · {overlap} of 10"
    assert "Kendall's tau-b" in said(at)


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
    assert (f"{tied} models are statistically tied for first place" in said(at)) == (tied > 1)
