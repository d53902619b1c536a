"""No hidden cell is given back by what is told beside it: its value does not follow from that by linear algebra."""

from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline import warehouse
from tests.conftest import examples
from tests.sql.conftest import World

K = 5
WEEKS = ("2026-03-02", "2026-03-09", "2026-03-16", "2026-03-23")
Cell = tuple[object, ...]


def given_back(told: Iterable[Cell], sums: Iterable[Iterable[Cell]]) -> set[Cell]:
    """The cells whose value follows from cells that are told and sums over cells."""
    equations = [{cell} for cell in told] + [set(cells) for cells in sums]
    cells = sorted(set().union(*equations), key=str)
    if not cells:
        return set()
    matrix = np.array([[cell in equation for cell in cells] for equation in equations], float)
    rank = np.linalg.matrix_rank(matrix)
    units = zip(cells, np.eye(len(cells)), strict=True)
    return {cell for cell, unit in units if np.linalg.matrix_rank(np.vstack([matrix, unit])) == rank}


def test_a_lone_hidden_cell_beside_a_total_is_given_back_and_two_are_not():
    row = [("a",), ("b",), ("c",)]
    assert given_back(row[:2], [row]) == set(row)
    assert given_back(row[:1], [row]) == set(row[:1])
    assert given_back(row[:1], [row, row[1:2]]) == set(row)


HIDES = "select cell from (select cell, hides_cell(part, cell, users < 5, users) as hidden from cells) where hidden"


@pytest.mark.parametrize(
    ("users", "hidden"),
    [
        ((9, 8, 7), ()),
        ((9, 4, 7), (1, 2)),
        ((9, 4, 7, 1), (1, 2, 3)),
        ((4, 3), (0, 1)),
        ((4,), (0,)),
        ((6, 6, 2), (0, 2)),  # the first of two that cost the same
    ],
)
def test_a_small_cell_takes_the_cheapest_other_of_its_group_along(users, hidden):
    with warehouse.connect() as con:
        con.execute("create table cells as select 1 as part, 0 as cell, 0 as users where false")
        con.executemany("insert into cells values (1, ?, ?)", list(enumerate(users)))
        con.execute("insert into cells values (2, 7, 100), (2, 8, 200)")  # a group of its own
        assert con.execute(f"{HIDES} order by cell").fetchall() == [(cell,) for cell in hidden]


@pytest.fixture(scope="module")
def everyone():
    """A world that each example empties."""
    made = World()
    yield made
    made.con.close()


@settings(max_examples=examples(8))
@given(st.lists(st.integers(1, 15), min_size=1, max_size=40))
@example([1] * 10 + [3] * 2 + [9] * 8 + [14] * 12)  # a hidden cohort whose later cell would stand alone
@example([1] * 10 + [9] * 3 + [2] * 9 + [12] * 6)
def test_no_hidden_cell_of_retention_follows_from_the_users_of_its_week(everyone, people):
    tell(everyone, [(week, f"u-{n}", "acme/one", 1) for n, weeks in enumerate(people) for week in weeks_of(weeks)])
    rows = everyone.read(
        "retention",
        "cohort_start::varchar, span_start::varchar, is_hidden, cohort_user_count, retained_user_count",
        "grain = 'week' and model_id = 'acme/one'",
    )
    told = {(cohort, week) for cohort, week, _, _, users in rows if users is not None}
    told |= {(cohort, cohort) for cohort, _, _, size, _ in rows if size is not None}
    hidden = {(cohort, week) for cohort, week, is_hidden, _, _ in rows if is_hidden}
    weekly = everyone.read(
        "active_users", "windows_back", f"period = '1w' and model_id = 'acme/one' and active_user_count >= {K}"
    )
    sums = [{cell[:2] for cell in rows if cell[1] == WEEKS[3 - back]} for (back,) in weekly]
    assert all(users is None or users == 0 or users >= K for *_, users in rows)
    assert given_back(told, sums) & hidden == set()


def weeks_of(bits: int) -> list[str]:
    return [week for place, week in enumerate(WEEKS) if bits >> place & 1]


def tell(world: World, activity: list[tuple[str, str, str, int]]) -> None:
    """These days of users and no others; the log begins on the first Monday."""
    days, users, models, tokens = (list(column) for column in zip(*activity, strict=True))
    given = {"days": days, "users": users, "models": models, "tokens": tokens}
    unnested = "unnest($days)::date as event_date, unnest($models) as model_id"
    world.con.execute("delete from rollups.usage_daily")
    world.con.execute("delete from rollups.user_activity_daily")
    world.usage(WEEKS[0], "acme/zero", 1)
    world.con.execute(
        f"insert into rollups.user_activity_daily by name select {unnested}, unnest($users) as user_id,"
        " unnest($tokens) as total_tokens",
        given,
    )
    world.con.execute(
        f"insert into rollups.usage_daily by name select distinct {unnested}, 1 as request_count",
        {"days": days, "models": models},
    )


def least(whole: int, parts: Iterable[int], shown: Iterable[int]) -> int:
    """How many people at least were in one hidden part of a whole, by what is told of the other parts."""
    hidden = len(list(parts)) - 1
    return whole - sum(shown) - (K - 1) * hidden


def counts(world: World, *models: tuple[str, range], date: str = WEEKS[3]) -> list[tuple]:
    """What is told of these models' users, `u-<number>`, in the latest week."""
    tell(world, [(date, f"u-{n}", f"acme/{name}", 1) for name, people in models for n in people])
    columns = "model_id, active_user_count, is_hidden"
    return world.read("active_users", columns, "period = '1w' and windows_back = 0 and model_id <> 'other'")


def test_a_count_under_k_is_hidden_and_nothing_else_where_people_overlap(world):
    assert counts(world, ("a", range(20)), ("b", range(5)), ("c", range(4))) == [
        ("(all)", 20, False),
        ("acme/a", 20, False),
        ("acme/b", 5, False),
        ("acme/c", None, True),
    ]


def test_where_all_less_the_others_would_give_a_count_back_the_smallest_other_goes_along(world):
    # 29 people less the 25 of a and b are 4 of c: one more than nobody is too much to say
    assert counts(world, ("a", range(20)), ("b", range(20, 25)), ("c", range(25, 29))) == [
        ("(all)", 29, False),
        ("acme/a", 20, False),
        ("acme/b", None, True),
        ("acme/c", None, True),
    ]


def test_cohorts_do_not_add_up_to_a_count_that_went_along(world):
    counts(world, ("a", range(20)), ("b", range(20, 25)), ("c", range(25, 29)))
    columns = "model_id, cohort_user_count, retained_user_count, is_hidden"
    assert world.read("retention", columns, "grain = 'week'") == [
        ("(all)", 29, 29, False),
        ("acme/a", 20, 20, False),
        ("acme/b", None, None, True),
        ("acme/c", None, None, True),
    ]


def test_where_only_hidden_models_make_up_the_whole_it_is_hidden(world):
    assert counts(world, ("a", range(4)), ("b", range(4, 8))) == [
        ("(all)", None, True),
        ("acme/a", None, True),
        ("acme/b", None, True),
    ]


def test_two_hidden_models_that_could_each_be_one_person_leave_the_whole_told(world):
    assert counts(world, ("a", range(3)), ("b", range(2, 5)))[0] == ("(all)", 5, False)


@pytest.mark.parametrize(("newcomers", "told"), [(range(20, 24), None), (range(19, 23), None), (range(17, 21), 21)])
def test_four_weeks_do_not_give_a_week_of_few_back(world, newcomers, told):
    week = [(WEEKS[2], f"u-{n}", "acme/a", 1) for n in range(20)]
    tell(world, week + [(WEEKS[3], f"u-{n}", "acme/a", 1) for n in newcomers])
    rows = world.read("active_users", "period, windows_back, active_user_count", "model_id = 'acme/a'")
    assert [row for row in rows if row[0] in ("1w", "4w", "12w")] == [
        ("12w", 0, told),
        ("1w", 0, None),
        ("1w", 1, 20),
        ("4w", 0, told),
    ]


def test_hidden_counts_have_no_rank_no_share_and_no_order_but_of_names(world):
    counts(world, ("z", range(20)), ("b", range(2)), ("a", range(1)), ("c", range(4)))
    columns = "place, rank, model_id, value, is_hidden, is_new"
    assert world.read("standings", columns, "period = '1w' and unit = 'users' and place is not null") == [
        (1, 1, "acme/z", 20, False, True),
        (2, None, "acme/a", None, True, True),
        (3, None, "acme/b", None, True, True),
        (4, None, "acme/c", None, True, True),
    ]


people_by_day = st.lists(
    st.sets(st.tuples(st.sampled_from("ab"), st.integers(0, 3)), min_size=1, max_size=5), min_size=1, max_size=30
)


@settings(max_examples=examples(8))
@given(people_by_day)
@example([{("a", 2)}] * 20 + [{("a", 3)}] * 4)
@example([{("a", 2), ("b", 2)}] * 5 + [{("b", 3)}] * 3 + [{("a", 3)}] * 6)
def test_no_hidden_count_is_known_for_more_than_one_person(everyone, people):
    tell(everyone, [(WEEKS[w], f"u-{n}", f"acme/{m}", 1) for n, used in enumerate(people) for m, w in used])
    where = "model_id <> 'other' and period in ('1w', '4w')"
    rows = everyone.read("active_users", "period, windows_back, model_id, active_user_count", where)
    told = {row[:3]: row[3] for row in rows}
    counted = everyone.read("user_counts", "period, windows_back, model_id, user_count", where)
    true = {row[:3]: row[3] for row in counted}
    assert all(told[cell] is None for cell, users in true.items() if users < K)
    wholes = {("4w", 0, model): [("1w", back, model) for back in range(4)] for model in ("(all)", "acme/a", "acme/b")}
    wholes |= {("1w", back, "(all)"): [("1w", back, f"acme/{name}") for name in "ab"] for back in range(4)}
    for whole, parts in wholes.items():
        if (users := told.get(whole)) is not None:
            known = [cell for cell in parts if cell in told]
            hidden = [cell for cell in known if told[cell] is None]
            if any(true[cell] < K for cell in hidden) and all(true[cell] < K for cell in hidden):
                assert least(users, hidden, [told[cell] or 0 for cell in known]) <= 1


moving = st.lists(st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 9), min_size=1), min_size=1, max_size=25)


@settings(max_examples=examples(8))
@given(moving)
@example([{"a": 1}] * 6 + [{"b": 1}])
@example([{"a": 1}] * 3 + [{"b": 1}] * 3)
def test_no_flow_that_is_folded_follows_from_the_flows_told_and_their_total(everyone, people):
    before = [
        (WEEKS[1], f"u-{number}", f"acme/{name}", tokens)
        for number, used in enumerate(people)
        for name, tokens in used.items()
    ]
    tell(everyone, before + [(WEEKS[2], f"u-{n}", "acme/new", 10) for n in range(len(people))])
    flows = everyone.read("substitution", "from_model_id, user_count, model_count", "to_model_id = 'acme/new'")
    assert bool(flows) == (len(people) >= K)
    left = {model for _, _, model, _ in before}
    told = {(model,) for model, *_ in flows if model != "other"}
    assert all(users >= K for _, users, _ in flows)
    assert sum(models for *_, models in flows) == (len(left) if flows else 0)
    hidden = {(model,) for model in left} - told
    assert given_back(told, [{(model,) for model in left}] if flows else []) & hidden == set()
