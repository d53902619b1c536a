"""The checks on rankings: silent on a sound world, loud on each way of breaking it; and every column explained."""

import pytest

from pipeline import audit, rankings
from tests.sql.conftest import World

CHECKS = {file.stem.removeprefix("rankings_"): file for file in audit.files() if file.stem.startswith("rankings_")}
BREAKS = [
    ("active_users__no_count_is_of_fewer_than_k_users", "update rankings.active_users set active_user_count = 4"),
    ("active_users__no_count_is_of_fewer_than_k_users", "update rankings.window_totals set active_user_count = 1"),
    ("active_users__no_count_is_of_fewer_than_k_users", "update rankings.trends set trend = [1] where unit = 'users'"),
    ("active_users__no_count_is_of_fewer_than_k_users", "update rankings.adoption set rank = 9 where is_hidden"),
    ("dimension_usage__tells_all_and_of_no_few", "delete from rankings.dimension_usage where dimension = 'team'"),
    ("dimension_usage__tells_all_and_of_no_few", "update rankings.dimension_usage set dimension_value = 'x'"),
    ("adoption__listed_and_other_are_the_whole", "update rankings.adoption set value = 1 where unit = 'tokens'"),
    ("adoption__listed_and_other_are_the_whole", "delete from rankings.adoption where unit = 'spend'"),
    ("adoption__ranks_run_without_gaps", "update rankings.adoption set rank = rank + 1 where rank > 1"),
    ("adoption__ranks_run_without_gaps", "update rankings.adoption set rank = 9 where model_id = 'other'"),
    ("adoption__ranks_run_without_gaps", "update rankings.adoption set rank = 51 - rank"),
    ("color_slots__an_entity_holds_one_slot", "update rankings.color_slots set slot = 8 where slot = 7"),
    ("intervals__ends_are_possible", "update rankings.intervals set share_low = 0.2, share_high = 0.1"),
    ("intervals__ends_are_possible", "update rankings.intervals set tied_group = 1"),
    ("endpoints__the_better_one_is_no_worse", "update rankings.endpoints set ttft_p50_s = 0 where is_dominated"),
    ("endpoints__the_better_one_is_no_worse", "update rankings.endpoints set clear_on = 'success' where is_dominated"),
    ("market_price_slope__an_interval_holds_its_slope", "update rankings.market_price_slope set slope_low = 1e9"),
    ("price_changes__a_change_changes", "insert into rankings.price_changes from rankings.price_changes"),
    ("price_changes__a_change_changes", "update rankings.price_changes set to_usd_per_mtok = from_usd_per_mtok"),
    ("quadrants__each_market_is_split_by_its_medians", "update rankings.quadrants set quadrant = 'Niche'"),
    ("quadrants__each_market_is_split_by_its_medians", "insert into rankings.quadrants from rankings.quadrants"),
    ("latency__percentiles_rise", "update rankings.latency set ttft_p95_s = ttft_p50_s / 2"),
    ("leaderboard__has_each_model_once", "insert into rankings.leaderboard from rankings.leaderboard"),
    ("leaderboard__has_each_model_once", "delete from rankings.leaderboard where rank = 1"),
    ("concentration__indices_are_possible", "update rankings.concentration set hhi = 10001"),
    ("concentration__indices_are_possible", "update rankings.concentration set known_share = top_1_share / 2"),
    ("market__shares_are_the_whole", "update rankings.market set value = value + 1 where unit = 'requests'"),
    ("market__shares_are_the_whole", "delete from rankings.market where market = 'provider' and rank = 1"),
    ("mix__dimensions_are_the_whole", "update rankings.mix set value = value + 1 where dimension = 'app'"),
    ("momentum__ends_enclose_what_can_be", "update rankings.momentum set momentum = 31"),
    ("movers__says_what_the_board_says", "update rankings.movers set change = change + 1"),
    ("movers__says_what_the_board_says", "delete from rankings.movers where rank = 1"),
    ("price__shares_and_prices_are_possible", "update rankings.price set pricing_coverage_share = 1.01"),
    ("rank_disagreement__is_the_same_both_ways", "delete from rankings.rank_disagreement where unit = 'users'"),
    ("outcomes__models_and_providers_are_the_whole", "update rankings.outcomes set request_count = request_count + 1"),
    ("outcomes__models_and_providers_are_the_whole", "update rankings.outcomes set rescued_share = 1.1"),
    ("quantiles__lie_inside_their_intervals", "update rankings.quantiles set p95_high = p95 / 2"),
    ("regressions__verdicts_rest_on_intervals_apart", "update rankings.regressions set verdict = 'worse'"),
    ("reliability__rates_are_parts_of_a_whole", "update rankings.reliability set error_rate_budget = 1.1"),
    ("retention__no_cell_is_of_fewer_than_k_users", "update rankings.retention set retained_user_count = 4"),
    ("retention__no_cell_is_of_fewer_than_k_users", "update rankings.retention set cohort_user_count = 4"),
    ("retention__no_cell_is_of_fewer_than_k_users", "update rankings.retention set retention_share_low = 1.1"),
    ("retention__no_cell_is_of_fewer_than_k_users", "update rankings.substitution set user_count = 4"),
    ("substitution__flows_are_gains_and_losses", "update rankings.arrivals set gain_tokens = gain_tokens + 1"),
    ("substitution__flows_are_gains_and_losses", "delete from rankings.substitution"),
    ("substitution__flows_are_gains_and_losses", "update rankings.substitution set loss_tokens = loss_tokens + 1"),
    ("value__the_frontier_is_not_dominated", "update rankings.value set is_on_frontier = true"),
    ("value__the_frontier_is_not_dominated", "update rankings.value set p_dominated = 1.1"),
    ("weekly__weeks_equal_the_rollups", "update rankings.weekly set request_count = 0"),
    ("weekly__weeks_equal_the_rollups", "update rankings.totals_weekly set spend_usd = spend_usd + 0.0000000001"),
]  # fmt: skip


@pytest.fixture(scope="module")
def ranked():
    """Three weeks of 52 models with everything known, ranked by the real runner."""
    world = World()
    days = "from range(52) as models(m) cross join unnest(['2026-03-09', '2026-03-16', '2026-03-23']) as days(day)"
    measures = "m + 1 as request_count, m as ok_count, 1 as error_count, m + 1 as row_count, 100 - m as input_tokens"
    money = "m / 7 as cost_usd, 100 - m as priced_tokens, m / 7 as priced_cost_usd, m + 1 as priced_request_count"
    key = "day as event_date, 'acme/model-' || m as model_id"
    world.con.execute(f"insert into rollups.usage_daily by name select {key}, {measures}, {money} {days}")
    world.con.execute(
        f"insert into rollups.latency_daily by name select {key}, 300 as bucket, 600 as sample_count {days}"
    )
    world.con.execute(
        f"insert into rollups.latency_by_prompt_daily by name select {key}, 60 as bucket, 600 as sample_count {days}"
    )
    world.con.execute(f"insert into rollups.user_activity_daily by name select {key}, 'ann' as user_id {days}")
    moved = "'user-' || u as user_id, 'acme/' || if(day < '2026-03-16', 'model-' || u % 7, 'new') as model_id"
    people = "from range(40) as users(u) cross join unnest(['2026-03-09', '2026-03-16']) as days(day)"
    used = f"select day as event_date, {moved}, u + 1 as total_tokens {people}"
    world.con.execute(f"insert into rollups.user_activity_daily by name {used}")
    world.usage("2026-03-16", "acme/new", 1)
    for number, score in enumerate((10, 20, 5)):
        world.add("reference.quality", benchmark="quiz", model_id=f"acme/model-{number}", score=score)
    for provider, usd, bucket in (("good", 1, 300), ("bad", 2, 310)):
        known = {"model_id": "acme/model-0", "provider_name": provider, "event_date": "2026-03-23"}
        counts = {"request_count": 20, "ok_count": 20, "row_count": 20, "priced_request_count": 20}
        money = {"input_tokens": 100, "priced_tokens": 100, "cost_usd": usd, "priced_cost_usd": usd}
        world.add("rollups.usage_daily", **known, **counts, **money)
        world.add("rollups.latency_daily", **known, bucket=bucket, sample_count=600)
    for usd, dates in ((4, {"valid_to": "2026-03-01"}), (3, {"valid_from": "2026-03-01"})):
        listed = {"model_id": "acme/model-0", "provider_name": "good", "input_usd_per_mtok": usd}
        world.add("reference.list_prices", **listed, **dates)
    world.con.execute(
        "insert into rollups.dimension_usage_daily by name "
        "select event_date, dimension, 'x' as dimension_value, model_id, request_count "
        "from rollups.usage_daily cross join unnest(['team', 'category', 'app', 'region']) as kinds(dimension)"
    )
    world.add("rollups.dimension_users_daily", dimension_value="x", user_id="ann")
    rankings.build(world.con)
    yield world.con
    world.con.close()


@pytest.fixture
def sound(ranked):
    """That world, for a test to break: what it does there is rolled back."""
    ranked.begin()
    yield ranked
    ranked.rollback()


def test_a_sound_world_breaks_no_claim(sound):
    assert {name: audit.violations(sound, file) for name, file in CHECKS.items()} == dict.fromkeys(CHECKS, 0)


@pytest.mark.parametrize(("check", "damage"), BREAKS)
def test_a_broken_ranking_is_caught(sound, check, damage):
    sound.execute(damage)
    assert audit.violations(sound, CHECKS[check]) > 0


def test_every_check_on_rankings_was_seen_to_fail():
    assert {check for check, _ in BREAKS} == CHECKS.keys()


def test_every_column_says_what_it_means(sound):
    untold = "select column_name from duckdb_columns() where schema_name = 'rankings' and comment is null"
    assert sound.execute(untold).fetchall() == []


def test_every_table_says_what_one_row_is(sound):
    told = "select table_name, comment from duckdb_tables() where schema_name = 'rankings'"
    assert [
        name for name, comment in sound.execute(told).fetchall() if not (comment or "").startswith("One row per")
    ] == []


def test_types_are_plain_enough_for_older_duckdb(sound):
    found = "select distinct data_type from duckdb_columns() where schema_name = 'rankings'"
    plain = {"BIGINT", "INTEGER", "DOUBLE", "DOUBLE[]", "DATE", "BOOLEAN", "VARCHAR"}
    assert {kind for (kind,) in sound.execute(found).fetchall() if not kind.startswith("DECIMAL")} <= plain
