"""What people say of a model's answers, and how much of it is chance."""

WEEK = "period = '1w'"
DAY = "2026-03-23"


def judged(world, model: str, given: int, up: int) -> None:
    world.usage(DAY, model, 1, request_count=1000, feedback_count=given, feedback_up_count=up)


def test_few_verdicts_have_a_share_and_no_rank(world):
    judged(world, "acme/few", 19, 19)
    judged(world, "acme/enough", 20, 10)
    assert world.read("feedback", "model_id, rank, request_count, feedback_count, feedback_up_share", WEEK) == [
        ("acme/enough", 1, 1000, 20, 0.5),
        ("acme/few", None, 1000, 19, 1.0),
    ]


def test_many_good_verdicts_rank_above_a_few_that_are_better(world):
    judged(world, "acme/many", 1000, 950)
    judged(world, "acme/lucky", 20, 20)
    columns = "rank, model_id, round(feedback_up_share_low, 3), round(feedback_up_share_high, 3)"
    assert world.read("feedback", columns, WEEK) == [(1, "acme/many", 0.935, 0.962), (2, "acme/lucky", 0.839, 1.0)]


def test_a_model_nobody_judged_is_not_there(world):
    world.usage(DAY, "acme/one", 1)
    assert world.read("feedback", "model_id", WEEK) == []
