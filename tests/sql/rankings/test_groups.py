"""Teams, apps and keys of few people go by one name together; what they did still adds up."""

import pytest

DAY = "2026-03-23"


@pytest.fixture
def told(world):
    """Tells users and a request of each team, and reads what the teams go by and how many requests are shown."""

    def tell(**teams: str) -> dict[str, int]:
        for team, users in teams.items():
            world.add("rollups.dimension_usage_daily", event_date=DAY, dimension="team", dimension_value=team)
            for user in users:
                world.add("rollups.dimension_users_daily", dimension_value=team, user_id=user)
        return dict(world.read("dimension_usage", "dimension_value, request_count"))

    return tell


def test_a_team_of_k_people_and_one_whose_people_the_log_never_names_keep_their_names(told):
    assert told(blue="abcde", silent="") == {"blue": 10, "silent": 10}


def test_small_teams_of_k_people_together_are_one(told):
    assert told(blue="abcde", red="abc", green="de") == {"blue": 10, "(few users)": 20}


def test_a_small_team_alone_takes_the_smallest_other_along(told):
    assert told(blue="abcdef", red="abcde", green="xy") == {"blue": 10, "(few users)": 20}


def test_small_teams_of_the_same_few_people_take_another_along(told):
    assert told(blue="abcdef", red="abc", green="abc") == {"(few users)": 30}


def test_without_k_people_in_all_no_team_is_told(told):
    assert told(red="abc", silent="") == {"(unknown)": 10, "silent": 10}


@pytest.mark.parametrize(
    ("teams", "name"), [({"red": "abc"}, "(unknown)"), ({"red": "abc", "green": "de"}, "(few users)")]
)
def test_what_the_log_itself_calls_so_is_added_to_those_who_go_by_it(told, world, teams, name):
    assert told(**teams, **{name: ""}) == {name: 10 * (len(teams) + 1)}


def test_a_person_of_two_days_is_one(told, world):
    for day in ("2026-03-16", "2026-03-17", "2026-03-18", "2026-03-19", "2026-03-20"):
        world.add("rollups.dimension_users_daily", event_date=day, dimension_value="red", user_id="a")
    assert told(blue="abcde", red="", green="bcdef") == {"(few users)": 20, "green": 10}


def test_a_category_is_no_group_of_people(world):
    world.add("rollups.dimension_usage_daily", event_date=DAY, dimension="category", dimension_value="red")
    world.add("rollups.dimension_users_daily", dimension="team", dimension_value="red", user_id="a")
    assert world.read("dimension_usage", "dimension_value") == [("red",)]


def test_an_app_of_few_people_has_no_rank(world):
    world.usage(DAY, "acme/one", 100)
    for value, users in (("Chat", "abcde"), ("Mine", "a"), ("Ours", "bcde")):
        row = {"dimension": "app", "dimension_value": value, "input_tokens": 10}
        world.add("rollups.dimension_usage_daily", event_date=DAY, **row)
        for user in users:
            world.add("rollups.dimension_users_daily", dimension="app", dimension_value=value, user_id=user)
    columns = "rank, dimension_value, value::integer, share"
    assert world.read("mix", columns, "period = '1w' and unit = 'tokens'") == [
        (1, "Chat", 10, pytest.approx(1 / 3)),
        (None, "(few users)", 20, pytest.approx(2 / 3)),
    ]


def test_fewer_than_k_sessions_are_no_row_nor_those_of_an_app_of_few_people(world):
    world.usage("2026-03-16", "acme/one", 1)
    world.usage("2026-03-29", "acme/one", 1)
    for app, sessions in (("Chat", 5), ("Bot", 4), ("Mine", 9)):
        for number in range(sessions):
            world.add("rollups.session_daily", event_date=DAY, app_name=app, session_id=f"{app}-{number}")
    world.add("rollups.dimension_users_daily", dimension="app", dimension_value="Mine", user_id="a")
    assert world.read("session_cost", "app_name, session_count") == [("Chat", 5)]
