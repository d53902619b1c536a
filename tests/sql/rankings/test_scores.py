"""The mean of landed scores per model and name, and how far it can be trusted."""

WEEK = "period = '1w'"
DAY, OTHER_DAY = "2026-03-23", "2026-03-24"


def scored(world, day: str, name: str, count: int, total: str) -> None:
    world.add(
        "rollups.scores_daily", event_date=day, model_id="acme/one", score_name=name, score_count=count, score_sum=total
    )


def test_a_mean_is_of_all_scored_requests_of_the_window(world):
    world.usage(DAY, "acme/one", 1, request_count=60)
    world.usage(OTHER_DAY, "acme/one", 1, request_count=40)
    scored(world, DAY, "helpfulness", 15, "9")
    scored(world, OTHER_DAY, "helpfulness", 5, "5")
    scored(world, OTHER_DAY, "tone", 1, "0.25")
    columns = "score_name, request_count, score_count, scored_share, score_mean"
    assert world.read("scores", columns, WEEK) == [
        ("helpfulness", 100, 20, 0.2, 0.7),
        ("tone", 100, 1, 0.01, 0.25),
    ]


def test_the_interval_of_ten_in_twenty_is_wilson_s(world):
    world.usage(DAY, "acme/one", 1)
    scored(world, DAY, "feedback", 20, "10")
    assert world.read("scores", "round(score_mean_low, 3), round(score_mean_high, 3)", WEEK) == [(0.299, 0.701)]


def test_a_model_nobody_scored_is_not_there(world):
    world.usage(DAY, "acme/one", 1)
    assert world.read("scores", "model_id", WEEK) == []
