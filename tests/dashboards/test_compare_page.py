"""Compare: models side by side, as the file says."""

import re
from pathlib import Path

import compare_table
import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from tests.dashboards.pages import Open, chart, in_file, opened, said

BOARD = "rankings.leaderboard where period = '4w' and unit = 'tokens' and rank"


@pytest.fixture
def models(demo_home: Path) -> list[str]:
    """The five models with the most tokens."""
    return [name for (name,) in in_file(demo_home, f"select model_id from {BOARD} <= 5 order by rank")]


def table(at: AppTest) -> dict[str, list[str]]:
    """The compared figures: a row's label and its cells, as HTML."""
    [body] = [element.proto.body for element in at.get("html") if "<table" in element.proto.body]
    lines = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', body)
    return {label: re.findall(r"<td>(.*?)</td>", cells) for label, cells in lines}


def test_the_best_of_a_row_is_bold_and_named(app: Open, demo_home: Path, models: list[str]) -> None:
    cells = table(app("compare", m=models[:3]))["Effective $/M"]
    listed = ", ".join(f"'{name}'" for name in models[:3])
    cheapest = f"rankings.price where period = '4w' and model_id in ({listed}) order by effective_usd_per_mtok limit 1"
    [(best,)] = in_file(demo_home, f"select model_id from {cheapest}")
    marked = [index for index, cell in enumerate(cells) if "<b>" in cell and "<em>cheapest</em>" in cell]
    assert marked == [models.index(best)]
    assert all("priced" in cell for cell in cells)


@pytest.mark.parametrize(("overlap", "word"), [("", "best, within error"), ("not", "best")])
def test_a_lead_inside_anothers_interval_is_no_clear_one(app: Open, demo_home: Path, overlap: str, word: str) -> None:
    [(first, other)] = in_file(
        demo_home,
        "select more.model_id, less.model_id from rankings.reliability as more inner join rankings.reliability as less "
        "on more.period = '4w' and less.period = '4w' and more.request_success_rate > less.request_success_rate "
        f"and {overlap} (less.request_success_rate_high >= more.request_success_rate_low) "
        "order by more.request_count + less.request_count desc limit 1",
    )
    assert f"<em>{word}</em>" in table(app("compare", m=[first, other]))["Success"][0]


def test_too_few_requests_tell_no_success_but_their_number(app: Open, demo_home: Path, models: list[str]) -> None:
    rare = "rankings.reliability where period = '4w' and request_success_n between 1 and 19 order by model_id limit 1"
    [(model, count)] = in_file(demo_home, f"select model_id, request_success_n from {rare}")
    cells = table(app("compare", m=[models[0], model]))["Success"]
    assert cells[1] == f"too few ({count})"
    assert "of " in cells[0]


def test_a_list_price_of_some_hours_alone_says_so(
    published_copy: Path, monkeypatch: pytest.MonkeyPatch, models: list[str]
) -> None:
    [file] = (published_copy / "published").glob("podium-*.duckdb")
    file.chmod(0o644)
    with duckdb.connect(str(file)) as con:
        con.execute("update rankings.price set other_hours_ratio = case when model_id = ? then 2 end", [models[1]])
    monkeypatch.setenv("PODIUM_HOME", str(published_copy))
    cells = table(opened("compare", m=models[:2]))
    assert ["peak 2x" in cell for cell in cells["List $/M, input"]] == [False, True]
    assert not any("peak" in cell for cell in cells["Effective $/M"])


def test_a_name_breaks_after_its_author_and_stays_text() -> None:
    assert compare_table.breakable("acme/one-two") == "acme/<wbr>one-two"
    assert compare_table.breakable("<b>/x") == "&lt;b&gt;/<wbr>x"


def test_lines_are_of_the_chosen_measure_in_the_models_own_colours(
    app: Open, demo_home: Path, models: list[str]
) -> None:
    claimed = dict(in_file(demo_home, "select entity_id, slot from rankings.color_slots where kind = 'model'"))
    _, rows = chart(app("compare", m=models[:2], lines="spend"))
    assert {row["entity_id"] for row in rows} == set(models[:2])
    assert {row["slot"] for row in rows if row["entity_id"] == models[0]} == {claimed[models[0]]}
    assert len({row["glyph"] for row in rows}) == 2
    drawn = sorted(row["value"] for row in rows if row["entity_id"] == models[0] and row["is_whole"])
    spent = f"rankings.weekly where model_id = '{models[0]}' and is_complete order by spend_usd"
    assert drawn == [value for (value,) in in_file(demo_home, f"select spend_usd::double from {spent}")]


@pytest.mark.parametrize(("count", "hint"), [(0, "Choose two models or more"), (1, "Choose one more model")])
def test_under_two_models_there_is_a_picker_and_a_hint(app: Open, models: list[str], count: int, hint: str) -> None:
    at = app("compare", m=models[:count])
    assert hint in at.info[0].value
    assert at.multiselect[0].value == models[:count]
    assert not at.get("vega_lite_chart")


def test_a_link_with_five_models_or_one_twice_compares_the_first_four(app: Open, models: list[str]) -> None:
    at = app("compare", m=[models[0], *models])
    assert at.multiselect[0].value == models[:4]
    assert at.query_params["m"] == models[:4]


def test_an_unknown_model_is_told_and_its_nearest_can_be_added(app: Open, models: list[str]) -> None:
    at = app("compare", m=[models[1], models[0] + "x"])
    assert f"No model *{models[0]}x* was logged" in said(at)
    next(button for button in at.button if button.label.replace("\\", "") == models[0]).click().run()
    assert at.query_params["m"] == [models[1], models[0]]
    assert next(iter(table(at))) == "Tokens"


def test_models_cleared_can_be_chosen_again(app: Open, models: list[str]) -> None:
    at = app("compare", m=models[:2])
    at.multiselect[0].set_value([]).run()
    at.multiselect[0].set_value(models[2:4]).run()
    assert at.query_params["m"] == models[2:4]
    assert table(at)


def test_a_model_page_leads_to_compare_with_its_model(app: Open, models: list[str]) -> None:
    links = [element.proto for element in app("model", model=models[0]).get("page_link")]
    [compare] = [link for link in links if link.label == "Compare"]
    assert "m=" in compare.query_string
