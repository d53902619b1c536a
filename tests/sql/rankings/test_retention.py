"""Who returns: cohorts by week and month, what of them may be told, and who stays longer than all who came later."""

import pytest

WEEKS = ("2026-03-02", "2026-03-09", "2026-03-16", "2026-03-23")  # complete; the log begins on the first Monday
MONTHS = tuple(f"2025-{month:02}-10" for month in range(6, 13))


@pytest.fixture
def log(world):
    """A log from Monday 2 March on, whose first week nobody known was in."""
    world.usage("2026-03-02", "acme/one", 1)
    return world


def people(world, days, count, model="acme/one", name="u"):
    """Users name-0, name-1, ... each with a request on every one of the days."""
    for day in days:
        for number in range(count):
            world.user(day, f"{name}-{number}", model)


def shares(world, model="acme/one", grain="week"):
    return world.read(
        "retention",
        "cohort_start::varchar, age, cohort_user_count, retained_user_count, retention_share",
        f"model_id = '{model}' and grain = '{grain}'",
    )


def test_a_cohort_is_the_users_whose_first_week_it_was_and_returning_later_counts_again(log):
    people(log, WEEKS[1:2], 10)
    people(log, WEEKS[2:3], 5)
    people(log, WEEKS[3:4], 8)
    assert shares(log) == [
        ("2026-03-09", 0, 10, 10, 1.0),
        ("2026-03-09", 1, 10, 5, 0.5),
        ("2026-03-09", 2, 10, 8, 0.8),
    ]


def test_several_days_of_a_week_are_one_user(log):
    people(log, ("2026-03-23", "2026-03-25", "2026-03-29"), 6)
    assert shares(log) == [("2026-03-23", 0, 6, 6, 1.0)]


def test_the_running_week_and_month_are_left_out(log):
    people(log, ("2026-03-23", "2026-03-30"), 6)
    people(log, ("2026-03-30",), 6, name="new")
    assert shares(log) == [("2026-03-23", 0, 6, 6, 1.0)]
    assert shares(log, grain="month") == []


def test_any_model_is_a_cohort_of_its_own(log):
    people(log, WEEKS[2:3], 6, "acme/one")
    people(log, WEEKS[3:4], 6, "acme/two")
    assert shares(log, "(all)") == [("2026-03-16", 0, 6, 6, 1.0), ("2026-03-16", 1, 6, 6, 1.0)]
    assert shares(log, "acme/two") == [("2026-03-23", 0, 6, 6, 1.0)]


def test_users_without_a_name_or_an_answered_request_are_in_no_cohort(log):
    people(log, WEEKS[3:4], 6)
    for day in WEEKS[1:3]:
        log.user(day, None, "acme/one")
        log.user(day, "u-1", "acme/one", request_count=0)
    assert shares(log) == [("2026-03-23", 0, 6, 6, 1.0)]


def test_the_cohort_of_the_logs_first_week_is_marked(log):
    people(log, WEEKS[:1], 5, name="old")
    people(log, WEEKS[1:2], 5, name="new")
    found = log.read("retention", "distinct cohort_start::varchar, is_from_log_start", "grain = 'week'")
    assert found == [("2026-03-02", True), ("2026-03-09", False)]


def test_twelve_spans_are_told_and_users_of_before_are_in_none_of_them(world):
    world.usage("2025-11-03", "acme/one", 1)
    people(world, ("2025-11-03", "2026-03-23"), 7)  # 20 weeks apart
    people(world, ("2026-01-05", "2026-03-23"), 6, name="v")  # 11 weeks apart
    assert [row[:4] for row in shares(world) if row[1] in (0, 11)] == [
        ("2026-01-05", 0, 6, 6),
        ("2026-01-05", 11, 6, 6),
    ]
    assert {row[0] for row in shares(world)} == {"2026-01-05"}


def test_a_share_has_its_wilson_interval(log):
    people(log, WEEKS[2:3], 20)
    people(log, WEEKS[3:4], 10)
    # (10 + 1.9208) / 23.8416 = 0.5 and 1.96 sqrt(0.5 0.5 / 20 + 0.9604 / 400) / (1 + 3.8416 / 20) = 0.2007
    assert log.read(
        "retention",
        "round(retention_share_low, 4), round(retention_share_high, 4)",
        "model_id = 'acme/one' and age = 1",
    ) == [(0.2993, 0.7007)]


def test_a_cohort_of_four_is_hidden_and_one_of_five_is_told(log):
    people(log, WEEKS[1:2], 4, name="few")
    people(log, WEEKS[3:4], 5, "acme/two")
    assert log.read(
        "retention", "age, is_hidden, cohort_user_count, retained_user_count", "model_id = 'acme/one' and age = 0"
    ) == [(0, True, None, None)]
    assert shares(log, "acme/two") == [("2026-03-23", 0, 5, 5, 1.0)]


def test_that_nobody_came_back_is_told(log):
    people(log, WEEKS[2:3], 6)
    assert shares(log) == [("2026-03-16", 0, 6, 6, 1.0), ("2026-03-16", 1, 6, 0, 0.0)]


def test_a_cell_under_five_takes_the_smallest_other_of_its_week_along(log):
    # 23 March: 3 of the first ten, 6 of the second, 9 of the third; all 25 users of that week are published
    for start, name, back in ((1, "a", 3), (2, "b", 6)):
        people(log, WEEKS[start : start + 1], 10, name=name)
        people(log, WEEKS[3:4], back, name=name)
    people(log, WEEKS[3:4], 16, name="c")
    assert log.read(
        "retention",
        "cohort_start::varchar, is_hidden, cohort_user_count, retained_user_count, retention_share",
        "span_start = '2026-03-23' and model_id = 'acme/one'",
    ) == [
        ("2026-03-09", True, 10, None, None),
        ("2026-03-16", True, 10, None, None),
        ("2026-03-23", False, 16, 16, 1.0),
    ]


def test_where_only_a_new_cohort_can_cover_a_cell_the_cohort_is_hidden_whole(log):
    people(log, WEEKS[1:2], 10, name="a")
    people(log, WEEKS[2:3], 2, name="a")  # with the twelve new ones: 14 users, published
    people(log, WEEKS[2:4], 12, name="b")
    people(log, WEEKS[3:4], 8, name="a")
    assert log.read("retention", "cohort_start::varchar, age, cohort_user_count, retained_user_count, is_hidden",
                    "model_id = 'acme/one' and grain = 'week'") == [
        ("2026-03-09", 0, 10, 10, False),
        ("2026-03-09", 1, 10, None, True),
        ("2026-03-09", 2, 10, None, True),  # 20 users are published: alone, the twelve could be told from it
        ("2026-03-16", 0, None, None, True),
        ("2026-03-16", 1, None, None, True),
    ]  # fmt: skip


def test_another_k_tells_smaller_cells(log):
    log.con.execute("update meta.publication set min_users = 2")
    people(log, WEEKS[2:3], 3)
    people(log, WEEKS[3:4], 2)
    assert shares(log) == [("2026-03-16", 0, 3, 3, 1.0), ("2026-03-16", 1, 3, 2, 2 / 3)]


@pytest.fixture
def launched(world):
    """A log since May 2025; acme/one appears in June and gains forty users then, thirty each in July to September."""
    world.usage("2025-05-01", "acme/old", 1)
    for place, count in enumerate((40, 30, 30, 30)):
        people(world, MONTHS[place : place + 1], count, name=f"m{place}")
    return world


def foundational(world):
    return world.read("cohorts", "cohort_start::varchar, is_foundational", "model_id = 'acme/one'")


def test_early_users_who_stay_beyond_the_intervals_of_later_ones_are_foundational(launched):
    # at three months: 36 of 40 (low 0.77), 6 of 30 in July's (low 0.10), and 12 of 60 later ones (high 0.32)
    for place, stay in ((0, 36), (1, 6), (2, 6), (3, 6)):
        people(launched, MONTHS[place + 3 : place + 4], stay, name=f"m{place}")
    people(launched, MONTHS[4:], 36, name="m0")
    people(launched, MONTHS[5:], 6, name="m1")
    people(launched, MONTHS[6:], 6, name="m2")
    assert foundational(launched) == [
        ("2025-06-01", True),
        ("2025-07-01", False),
        ("2025-08-01", None),
        ("2025-09-01", None),
    ]


def test_early_users_who_stay_like_all_others_are_not_foundational(launched):
    for place in range(4):
        people(launched, MONTHS[place + 3 : place + 4], 15, name=f"m{place}")
    assert foundational(launched)[0] == ("2025-06-01", False)


def test_whether_a_young_cohort_is_foundational_is_unknown(world):
    world.usage("2025-12-01", "acme/old", 1)
    people(world, ("2026-01-10", "2026-02-10"), 40)
    people(world, ("2026-02-10",), 40, name="later")
    assert foundational(world) == [("2026-01-01", None), ("2026-02-01", None)]


def test_users_who_were_there_when_the_log_began_are_not_called_foundational(world):
    world.usage("2025-06-01", "acme/one", 1)
    people(world, MONTHS, 40)
    for place in (2, 3):
        people(world, MONTHS[place : place + 1], 30, name=f"m{place}")
        people(world, MONTHS[place + 3 : place + 4], 6, name=f"m{place}")
    assert foundational(world)[0] == ("2025-06-01", None)
