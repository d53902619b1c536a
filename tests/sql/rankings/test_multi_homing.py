"""How many models and authors a user keeps to, in a complete period."""

DAY = "2026-03-23"  # in the last complete week
WEEK = "period = '1w'"


def uses(world, user, **requests):
    """A user's requests, by model of author acme (`a_` ...) or of author other (`b_` ...)."""
    world.usage(DAY, "acme/any", 1)
    for name, count in requests.items():
        world.user(DAY, user, f"{'acme' if name.startswith('a_') else 'other'}/{name}", request_count=count)


def shares(world):
    return world.read("multi_homing", "multi_homing_n, multi_homing_share, author_multi_homing_share", WEEK)


def test_users_of_two_models_are_a_share_of_users_with_five_requests(world):
    for number in range(5):
        uses(world, f"both-{number}", a_one=3, b_two=2)
        uses(world, f"single-{number}", a_one=5)
        uses(world, f"visitor-{number}", a_one=3, b_two=1)
    assert shares(world) == [(10, 0.5, 0.5)]


def test_two_models_of_one_author_are_one_author(world):
    for number in range(5):
        uses(world, f"u-{number}", a_one=3, a_two=2)
        uses(world, f"v-{number}", a_one=3, b_two=2)
    assert shares(world) == [(10, 1.0, 0.5)]


def test_the_catalogue_knows_that_two_namespaces_are_one_author(world):
    for model in ("acme/a_one", "other/b_two"):
        world.add("reference.models", model_id=model, author="acme")
    for number in range(5):
        uses(world, f"u-{number}", a_one=3, b_two=2)
    assert world.read("multi_homing", "multi_homing_share, effective_authors_per_user", WEEK) == [(1.0, 1.0)]


def test_effective_models_are_the_median_of_one_over_the_sum_of_squared_shares(world):
    for number in range(2):
        uses(world, f"one-{number}", a_one=10)  # 1
        uses(world, f"two-{number}", a_one=5, a_two=5)  # 1 / (1/4 + 1/4) = 2
    uses(world, "mixed", a_one=6, a_two=2, b_three=2)  # 100 / (36 + 4 + 4) = 2.27; by author 100 / (64 + 4) = 1.47
    assert world.read(
        "multi_homing", "effective_models_per_user, round(effective_authors_per_user, 2), multi_homing_share", WEEK
    ) == [(2.0, 1.0, None)]


def test_a_share_of_fewer_than_five_users_is_not_told(world):
    for number in range(4):
        uses(world, f"both-{number}", a_one=3, b_two=2)
    for number in range(6):
        uses(world, f"single-{number}", a_one=5)
    assert world.read("multi_homing", "multi_homing_n, multi_homing_share, multi_homing_share_low", WEEK) == [
        (10, None, None)
    ]


def test_of_fewer_than_five_users_nothing_is_told(world):
    for number in range(4):
        uses(world, f"both-{number}", a_one=3, b_two=2)
    assert world.read("multi_homing", "period") == []


def test_a_share_has_its_wilson_interval(world):
    for number in range(20):
        uses(world, f"u-{number}", **({"a_one": 3, "b_two": 3} if number < 10 else {"a_one": 6}))
    assert world.read(
        "multi_homing", "round(multi_homing_share_low, 4), round(author_multi_homing_share_high, 4)", WEEK
    ) == [(0.2993, 0.7007)]
