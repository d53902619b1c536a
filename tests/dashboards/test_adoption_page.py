"""Page Adoption shows what the published tables say of users, and nothing of too few of them."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.dashboards.pages import Open, chart, in_file, opened, said

UNKNOWN = "\N{EN DASH}"


@pytest.fixture
def own(published_copy: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The demo's published file, writable, as the page's own."""
    monkeypatch.setenv("PODIUM_HOME", str(published_copy))
    [file] = (published_copy / "published").glob("podium-*.duckdb")
    file.chmod(0o644)
    yield file
    forget()


def forget() -> None:
    """Close the pages' own connection, which is of another kind."""
    st.cache_data.clear()
    st.cache_resource.clear()


def changed(file: Path, *statements: str) -> None:
    forget()
    with duckdb.connect(str(file)) as con:
        for statement in statements:
            con.execute(statement)


def metrics(at: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in at.metric}


def heatmap(at: AppTest) -> list[dict]:
    return chart(at, 1)[1]


def test_the_cards_show_the_published_shares(app: Open, demo_home: Path) -> None:
    [(users, share, models)] = in_file(
        demo_home,
        "select active_user_count, multi_homing_share, effective_models_per_user"
        " from rankings.totals inner join rankings.multi_homing using (period) where period = '1w'",
    )
    shown = metrics(app("adoption"))
    assert shown["Active users"] == str(users)
    assert shown["Several models"] == f"{share:.1%}"
    assert shown["Models per user"] == f"{models:.1f}"


def test_a_share_of_too_few_users_is_a_dash_that_says_so(own: Path) -> None:
    changed(own, "update rankings.multi_homing set multi_homing_share = null where period = '1w'")
    at = opened("adoption")
    assert metrics(at)["Several models"] == UNKNOWN
    assert "fewer than 5 users" in said(at)


@pytest.mark.parametrize("grain", ["week", "month"])
def test_the_heatmap_has_the_published_cells_and_hidden_ones_say_fewer_than_five(
    app: Open, demo_home: Path, grain: str
) -> None:
    model = "openai/gpt-4o-mini"
    expected = in_file(
        demo_home,
        "select age, case when is_hidden then '<5' else format('{:.0f}%', retention_share * 100) end"
        f" from rankings.retention where grain = '{grain}' and model_id = '{model}' order by cohort_start, age",
    )
    shown = heatmap(app("adoption", by=grain, model=model))
    assert [(row["age"], row["cell_text"]) for row in shown] == expected
    assert expected


def test_a_hidden_cell_carries_no_figure_to_the_browser(own: Path) -> None:
    changed(
        own,
        "update rankings.retention set is_hidden = true, retained_user_count = null, retention_share = null"
        " where model_id = '(all)' and grain = 'week' and age = 1",
    )
    at = opened("adoption")
    cell = next(row for row in heatmap(at) if row["age"] == 1)
    assert (cell["cell_text"], cell["share"], cell["users_text"], cell["interval_text"]) == (
        "<5",
        0,
        "not told",
        UNKNOWN,
    )
    assert "hidden beside such a cell" in said(at)


def test_weeks_of_fewer_than_five_users_are_not_drawn(own: Path) -> None:
    before = len(chart(opened("adoption"))[1])
    model = "(select model_id from rankings.active_users where period = '1w' and windows_back = 0"
    model += " and model_id not in ('(all)', 'other') order by active_user_count desc, model_id limit 1)"
    changed(
        own,
        f"update rankings.weekly set active_user_count = 4 where model_id = {model}"
        " and week_start = (select min(week_start) from rankings.weekly where is_complete)",
    )
    assert len(chart(opened("adoption"))[1]) == before - 1


def test_flows_are_drawn_from_the_models_that_lost_to_the_one_that_appeared(own: Path) -> None:
    flows = "('openai/old', 1, 9, 250000, 750000, 1000000, 0.25), ('other', 3, 8, 750000, 0, 750000, 0.75)"
    columns = "from_model_id, model_count, user_count, moved_tokens, moved_elsewhere_tokens, loss_tokens, gain_share"
    changed(
        own,
        "delete from rankings.arrivals",
        "delete from rankings.substitution",
        "insert into rankings.arrivals values"
        " (1, 'acme/new', date '2026-11-11', true, date '2026-11-04', date '2026-11-18', 12, 1000000)",
        "insert into rankings.substitution by name"
        f" select 1 as window_weeks, 'acme/new' as to_model_id, * from (values {flows}) as flows({columns})",
    )
    at = opened("adoption")
    spec, rows = chart(at, 2)
    assert [(row["from_text"], row["to_text"], row["cell_text"], row["is_other"]) for row in rows] == [
        ("old", "new", "250K · 25%", False),
        ("Other", "new", "750K · 75%", True),
    ]
    # The scale ends with the largest model: what many small ones lost together is grey and outshouts none.
    assert spec["layer"][0]["encoding"]["color"]["scale"]["domain"] == [0, 0.25]
    assert "new released 11 Nov 2026, 12 users" in said(at)
    assert "moved with, not because of" in said(at)


def test_without_a_model_that_appeared_the_page_says_what_is_missing(own: Path) -> None:
    changed(own, "delete from rankings.arrivals")
    at = opened("adoption")
    assert "No model appeared that 5 users took up and that the log covers 1 week before and after." in said(at)
    assert "covers 4 weeks before and after" in said(opened("adoption", by="month"))


def test_the_table_pools_only_cells_that_may_be_told(app: Open, demo_home: Path) -> None:
    shown = app("adoption").dataframe[0].value
    told = [row for row in shown.to_dict("records") if float(row["stay_1_percent"]) > 0]
    model, share = told[0]["model_id"], told[0]["stay_1_percent"]
    [(expected,)] = in_file(
        demo_home,
        "select sum(retained_user_count) * 100 / sum(cohort_user_count) from rankings.retention where grain = 'week'"
        f" and age = 1 and not is_hidden and not is_from_log_start and model_id = '{model}'"
        " and cohort_user_count is not null",
    )
    assert share == expected


def test_an_age_no_cohort_has_reached_is_no_column(own: Path) -> None:
    assert "stay_2_percent" in opened("adoption").dataframe[0].value
    changed(own, "delete from rankings.retention where age = 2")
    assert "stay_2_percent" not in opened("adoption").dataframe[0].value
    changed(own, "delete from rankings.retention where age > 0")
    assert "cohort_user_count" not in opened("adoption").dataframe[0].value


def test_a_model_nobody_used_can_be_cleared(app: Open) -> None:
    at = app("adoption", model="no/such")
    assert "No user the log names used no/such in a complete week." in said(at)
    next(button for button in at.button if button.label == "Clear filters").click().run()
    assert len(heatmap(at)) > 0


def test_a_log_that_names_nobody_says_so(own: Path) -> None:
    changed(own, "update rankings.totals set active_user_count = null")
    assert "No request of this period names its user" in said(opened("adoption"))
