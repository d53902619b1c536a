"""Colours, sparklines, labels and weekly marks, without a browser."""

from datetime import date

import charts
import palette
import sparklines
import weeks

CLAIMS = [("a", 1), ("b", 2), ("late", 1)]
AXIS = weeks.Weeks.of(
    [
        {"week": "2 Nov", "is_complete": True, "is_whole": False},
        {"week": "9 Nov", "is_complete": True, "is_whole": True},
        {"week": "16 Nov", "is_complete": False, "is_whole": False},
    ]
)


def test_an_entity_keeps_the_slot_it_claimed_whatever_its_place() -> None:
    assert palette.slots_of(["b", "a"], CLAIMS) == {"a": 1, "b": 2}


def test_of_two_holders_the_later_takes_a_free_slot_in_that_chart_alone() -> None:
    assert palette.slots_of(["late", "a", "b"], CLAIMS) == {"a": 1, "b": 2, "late": 3}
    assert palette.slots_of(["late", "b"], CLAIMS) == {"late": 1, "b": 2}


def test_grey_is_only_for_what_finds_no_slot() -> None:
    slots = palette.slots_of("abcdefg", [])
    assert sorted(slots.values()) == [1, 2, 3, 4, 5, 6, 7]
    assert palette.slots_of("abcdefgh", [])["h"] == palette.OTHER_SLOT


def test_a_sparkline_needs_two_weeks_and_says_what_it_is() -> None:
    assert "mask-image" not in sparklines.sparkline([None, 3], "Tokens")
    assert 'aria-label="&lt;b&gt;"' in sparklines.sparkline([1, 2], "<b>")


def test_marks_stack_other_at_the_bottom_and_the_first_model_on_top() -> None:
    rows = [{"week_start": date(2026, 11, 9), "entity_id": entity, "value": 5.0} for entity in ("a", "b", "other")]
    marks = weeks.marks_of(rows, ["a", "b"], {"a": 3, "b": 1}, AXIS, str)
    assert [(mark["label"], mark["slot"], mark["layer"]) for mark in marks] == [
        ("a", 3, 2),
        ("b", 1, 1),
        ("Other", 8, 0),
    ]


def test_a_week_that_is_not_whole_says_why() -> None:
    rows = [{"week_start": date(2026, 11, day), "entity_id": "a", "value": 5.0} for day in (2, 9, 16)]
    marks = weeks.marks_of(rows, ["a"], {"a": 1}, AXIS, str)
    assert [mark["week_text"] for mark in marks] == ["2 Nov, log began", "9 Nov", "16 Nov, to date"]
    assert [mark["is_whole"] for mark in marks] == [False, True, False]


def test_the_running_week_is_labelled_to_date() -> None:
    axis = charts.weekly_bars(AXIS, "$", "Model")["encoding"]["x"]["axis"]
    assert axis["labelExpr"] == "datum.label === '16 Nov' ? 'to date' : datum.label"


def test_the_amount_axis_says_b_for_a_thousand_million() -> None:
    label = charts.weekly_bars(AXIS, "", "Model")["encoding"]["y"]["axis"]["labelExpr"]
    assert "'G', 'B'" in label


def test_frontier_labels_that_would_touch_are_left_out() -> None:
    spec = charts.cost_quality(False, palette.Ink("#000", "#fff"), [0.1, 1.0, 10.0], [20.0, 60.0, 90.0])
    points = [("best", 10.0, 90.0), ("just-under-the-best", 9.9, 89.5), ("apart", 1.0, 60.0)]
    assert charts.labelled(points, spec, 1000) == {"best", "apart"}
