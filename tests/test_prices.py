"""List prices: which one holds when, and what a request costs by it, to the last digit."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from genai_prices import data_snapshot
from genai_prices.data import providers
from genai_prices.types import TimeOfDateConstraint
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline import price_list, prices, warehouse
from pipeline.settings import PodiumError

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
FREE = ("nvidia/nemotron-3-ultra-550b-a55b:free", "nvidia/nemotron-3-ultra-550b-a55b:free", "openrouter")


@pytest.fixture
def con(home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with warehouse.connect() as connection:
        yield connection


def resolved(con, model_id, model_raw, provider, at=NOON, service_tier=None):
    keys = pa.table(
        {
            "model_id": [model_id],
            "model_raw": [model_raw],
            "provider_name": [provider],
            "service_tier": pa.array([service_tier], pa.string()),
            "slot": pa.array([at], prices.INSTANT),
        }
    )
    return prices.resolve(con, keys).to_pylist()[0]


def usd_per_mtok(row, of="base"):
    rates = row["price"][of]
    return {name: None if rates[name] is None else Decimal(rates[name]) / 1_000_000 for name in rates}


def cost(con, row, input_tokens, output_tokens, cache_read=None, cache_write=None, reasoning=None):
    con.register("price_here", pa.table({"price": pa.array([row["price"]], prices.PRICE)}))
    arguments = [input_tokens, output_tokens, cache_read, cache_write, reasoning]
    values = ", ".join(f"cast(? as bigint) as v{place}" for place in range(5))
    sql = f"select list_cost_usd(v0, v1, v2, v3, v4, price) from (select {values}, price from price_here)"
    return con.execute(sql, arguments).fetchall()[0][0]


def savings(con, row, input_tokens, cache_read, cache_write):
    con.register("price_here", pa.table({"price": pa.array([row["price"]], prices.PRICE)}))
    values = ", ".join(f"cast(? as bigint) as v{place}" for place in range(3))
    sql = f"select cache_savings_usd(v0, v1, v2, price) from (select {values}, price from price_here)"
    return con.execute(sql, [input_tokens, cache_read, cache_write]).fetchall()[0][0]


def user_prices(home: Path, *lines: str) -> None:
    folder = home / "overrides"
    folder.mkdir(exist_ok=True)
    header = (
        "model_id,provider_name,valid_from,input_usd_per_mtok,output_usd_per_mtok,"
        "cache_read_usd_per_mtok,cache_write_usd_per_mtok"
    )
    (folder / "prices.csv").write_text("\n".join((header, *lines)) + "\n", encoding="utf-8")


# Published costs of whole runs that list prices reproduce exactly: Aider-AI/aider (Apache-2.0),
# aider/website/_data/polyglot_leaderboard.yml at cb6a152e5ee27fbc77ac499d5e628ccd74a5fa2a.
RUNS = [
    # run, prompt tokens, completion tokens, USD per million in and out, published USD
    ("claude-opus-4-20250514 (no think)", 2_671_437, 380_717, "15", "75", "68.6253"),
    ("claude-opus-4-20250514 (32k thinking)", 2_567_514, 363_142, "15", "75", "65.7484"),
    ("gemini-2.5-flash-preview-05-20 (no think)", 5_512_458, 514_145, "0.15", "0.6", "1.1354"),
    ("gemini-2.5-pro-preview-06-05 (32k think)", 2_719_961, 4_648_227, "1.25", "10", "49.8822"),
    ("o3-pro (high)", 2_372_636, 1_235_902, "20", "80", "146.3249"),
    ("grok-4 (high)", 2_815_347, 3_411_480, "3", "15", "59.6182"),
    ("DeepSeek-V3.2-Exp (Reasoner)", 2_191_446, 1_645_129, "0.28", "0.42", "1.3045"),
    ("DeepSeek-V3.2-Exp (Chat)", 2_266_868, 573_477, "0.28", "0.42", "0.8756"),
]


@pytest.mark.parametrize(("run", "prompt", "completion", "usd_in", "usd_out", "published"), RUNS)
def test_published_run_costs_are_reproduced(con, home, run, prompt, completion, usd_in, usd_out, published):
    user_prices(home, f"aider/run,,,{usd_in},{usd_out},,")
    total = cost(con, resolved(con, "aider/run", run, "openai"), prompt, completion)
    assert total == (prompt * Decimal(usd_in) + completion * Decimal(usd_out)) / 1_000_000
    assert abs(total - Decimal(published)) <= Decimal("0.000101")


@pytest.mark.parametrize(
    ("raw", "provider", "input_usd", "output_usd"),
    [
        ("gpt-4o", "openai", "2.5", "10"),
        ("azure/gpt-4o", "azure.ai.openai", "2.5", "10"),  # Azure sells OpenAI's models at OpenAI's price
        ("claude-haiku-4-5-20251001", "anthropic", "1", "5"),
        ("anthropic.claude-3-5-sonnet-20241022-v2:0", "aws.bedrock", "3", "15"),
        ("claude-sonnet-4@20250514", "gcp.vertex_ai", "3", "15"),
        ("gemini/gemini-2.5-pro", "gcp.gemini", "1.25", "10"),
        ("together_ai/meta-llama/Llama-3.3-70B-Instruct-Turbo", "together_ai", "0.88", "0.88"),
        ("openrouter/qwen/qwen3-coder", "openrouter", "0.3", "1"),
        ("text-embedding-3-small", "openai", "0.02", None),
    ],
)
def test_the_raw_name_finds_its_providers_price(con, raw, provider, input_usd, output_usd):
    row = resolved(con, "unknown/any", raw, provider)
    assert row["price_source"] == "catalog"
    assert usd_per_mtok(row)["input"] == Decimal(input_usd)
    assert usd_per_mtok(row)["output"] == (Decimal(output_usd) if output_usd else None)


def test_the_canonical_name_finds_the_price_where_the_raw_one_is_the_operators_own(con):
    row = resolved(con, "openai/gpt-4o", "our-chat-deployment", "azure.ai.openai")
    assert usd_per_mtok(row)["input"] == Decimal("2.5")


@pytest.mark.parametrize(
    ("model_id", "raw", "provider"),
    [
        ("unknown/acme/house-8b", "hosted_vllm/acme/house-8b", "hosted_vllm"),  # nobody lists it
        ("meta-llama/llama-3.3-70b-instruct", "meta-llama/llama-3.3-70b-instruct", "hosted_vllm"),  # others do
        ("openai/gpt-4o", "gpt-4o", "some-new-gateway"),
        ("x-ai/grok-4", "x-ai/grok-4", "openrouter"),  # a slug taken off the list
        ("google/gemma-3-27b-it", "gemma-3-27b-it", "gcp.gemini"),  # listed at 0: genai-prices' "not known"
        ("nvidia/nemotron-3-ultra-550b-a55b:free", "nvidia/nemotron-3-ultra-550b-a55b:free", "novita"),
    ],
)
def test_no_price_is_unpriced_not_free(con, model_id, raw, provider):
    row = resolved(con, model_id, raw, provider)
    assert (row["price"], row["price_source"], row["is_price_backdated"]) == (None, None, False)
    assert cost(con, row, 0, 0) is None


def test_openrouters_free_variants_cost_zero_even_when_no_longer_listed(con):
    assert cost(con, resolved(con, *FREE), 1000, 1000, 500, 100, 10) == 0
    assert cost(con, resolved(con, "x-ai/grok-9:free", "x-ai/grok-9:free", "openrouter"), 1000, 1000) == 0


def test_the_formula_prices_each_class_once(con, home):
    user_prices(home, "acme/m,,,3,15,0.3,3.75")
    row = resolved(con, "acme/m", "m", "openai")
    # (1000 - 400 - 100) x 3 + 400 x 0.3 + 100 x 3.75 + (200 - 50) x 15 + 50 x 15 = 4995
    assert cost(con, row, 1000, 200, 400, 100, 50) == Decimal("0.0049950000")
    assert cost(con, row, 1000, 200) == Decimal("0.0060000000")  # unknown parts: none used


def test_a_used_class_without_a_price_is_unpriced(con, home):
    user_prices(home, "acme/m,,,3,15,,")
    row = resolved(con, "acme/m", "m", "openai")
    assert cost(con, row, 1000, 200, 1, None, None) is None
    assert cost(con, row, 1000, 200, 0, 0, 0) == Decimal("0.006")


@pytest.mark.parametrize(("input_tokens", "output_tokens"), [(None, 5), (5, None), (None, None)])
def test_unknown_usage_is_unpriced(con, home, input_tokens, output_tokens):
    user_prices(home, "acme/m,,,0,0,,")
    assert cost(con, resolved(con, "acme/m", "m", "openai"), input_tokens, output_tokens) is None


def test_above_the_tier_the_whole_request_pays_it(con):
    row = resolved(con, "google/gemini-2.5-pro", "gemini-2.5-pro", "gcp.gemini")
    assert row["price"]["tier_start"] == 200_000
    assert cost(con, row, 200_000, 1_000) == Decimal("0.26")  # 200,000 x 1.25 + 1,000 x 10
    assert cost(con, row, 200_001, 1_000) == Decimal("0.5150025")  # 200,001 x 2.5 + 1,000 x 15
    assert cost(con, row, 300_000, 0, 300_000) == Decimal("0.075")  # 300,000 x 0.25


def test_tiers_apply_to_a_request_and_never_to_a_sum(con):
    row = resolved(con, "google/gemini-2.5-pro", "gemini-2.5-pro-preview-06-05", "gcp.gemini")
    whole_run = cost(con, row, 2_719_961, 4_648_227)
    in_requests = 225 * cost(con, row, 2_719_961 // 225, 4_648_227 // 225)
    assert whole_run / in_requests == pytest.approx(Decimal("1.53"), abs=Decimal("0.01"))


def test_a_second_tier_holds_above_its_own_start(con, home):
    rates = dict.fromkeys(price_list.CLASSES, 1_000_000)
    tiers = [(10, dict.fromkeys(rates, 2_000_000)), (20, dict.fromkeys(rates, 3_000_000))]
    row = {"price": price_list.price_struct(rates, tiers)}
    costs = [cost(con, row, tokens, 0) * 1_000_000 for tokens in (10, 11, 20, 21)]
    assert costs == [10, 22, 40, 63]


@pytest.mark.parametrize(
    ("day", "input_usd", "is_backdated"),
    [
        (date(2025, 12, 31), "0.14", True),  # the undated first price: since when is not known
        (date(2026, 1, 1), "0.14", False),
        (date(2026, 8, 16), "0.14", False),
        (date(2026, 8, 17), "0.22", False),
        (date(2026, 9, 9), "0.22", False),
        (date(2026, 9, 10), "0.15", False),
    ],
)
def test_a_request_pays_the_price_of_its_day(con, day, input_usd, is_backdated):
    noon = datetime.combine(day, time(12), UTC)
    row = resolved(con, "deepseek/deepseek-v4-flash", "deepseek-v4-flash", "deepseek", noon)
    assert usd_per_mtok(row)["input"] == Decimal(input_usd)
    assert row["is_price_backdated"] is is_backdated


@pytest.mark.parametrize(
    ("clock", "input_usd"),
    [("00:29", "0.135"), ("00:30", "0.27"), ("16:29", "0.27"), ("16:30", "0.135"), ("23:59", "0.135")],
)
def test_off_peak_hours_are_utc_and_may_start_at_half_past(con, clock, input_usd):
    start = datetime.combine(date(2026, 11, 2), time.fromisoformat(clock), UTC)
    slot = con.execute("select price_slot(cast(? as timestamptz))", [start.isoformat()]).fetchall()[0][0]
    row = resolved(con, "deepseek/deepseek-chat", "deepseek-chat", "deepseek", slot)
    assert usd_per_mtok(row)["input"] == Decimal(input_usd)


def test_peak_hours_do_not_reach_back_before_the_price_they_belong_to(con):
    at_two = datetime(2026, 8, 16, 2, tzinfo=UTC)
    prices_at_two = [
        usd_per_mtok(resolved(con, "deepseek/deepseek-v4-pro", "deepseek-v4-pro", "deepseek", at))["input"]
        for at in (at_two, at_two + timedelta(days=1))
    ]
    assert prices_at_two == [Decimal("0.435"), Decimal("1.32")]


def test_a_logged_service_tier_has_its_own_price_or_none(con):
    def input_price(model, tier, at=NOON):
        row = resolved(con, f"openai/{model}", model, "openai", at, tier)
        return (usd_per_mtok(row)["input"], row["is_price_backdated"]) if row["price"] else None

    assert input_price("gpt-5", "default") == input_price("gpt-5", None) == (Decimal("1.25"), False)
    assert input_price("gpt-5", "flex") == (Decimal("0.625"), False)
    assert input_price("gpt-5", "priority") == (Decimal("2.5"), False)
    assert input_price("gpt-5", "batch") == (Decimal("0.625"), False)
    assert input_price("gpt-5", "flex", datetime(2026, 9, 1, tzinfo=UTC)) == (Decimal("0.625"), True)
    assert input_price("gpt-4o-mini", "flex") is None


def test_the_users_price_wins_from_its_first_day_on(con, home):
    user_prices(home, "openai/gpt-4o,,2026-11-01,1,4,0.5,", "openai/gpt-4o,azure.ai.openai,2026-11-01,2,8,1,")

    def priced(provider, day):
        row = resolved(con, "openai/gpt-4o", "gpt-4o", provider, datetime.combine(day, time(), UTC))
        return usd_per_mtok(row)["input"], row["price_source"], row["is_price_backdated"]

    assert priced("openai", date(2026, 11, 1)) == (Decimal(1), "user_table", False)
    assert priced("openai", date(2026, 10, 31)) == (Decimal("2.5"), "catalog", False)
    assert priced("azure.ai.openai", date(2026, 11, 1)) == (Decimal(2), "user_table", False)
    assert priced("nobody-lists-it", date(2026, 10, 31)) == (Decimal(1), "user_table", True)


def test_the_users_price_ends_where_the_next_begins(con, home):
    user_prices(home, "acme/m,,2026-03-01,2,2,,", "acme/m,,2026-02-01,1,1,,")
    days = [date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 28), date(2026, 3, 1)]
    rows = [resolved(con, "acme/m", "m", "vllm", datetime.combine(day, time(23, 30), UTC)) for day in days]
    assert [int(usd_per_mtok(row)["input"]) for row in rows] == [1, 1, 1, 2]
    assert [row["is_price_backdated"] for row in rows] == [True, False, False, False]


def test_the_users_zero_is_free(con, home):
    user_prices(home, "unknown/acme/house-8b,hosted_vllm,,0,0,0,0")
    row = resolved(con, "unknown/acme/house-8b", "acme/house-8b", "hosted_vllm")
    assert (cost(con, row, 1000, 500, 100), row["price_source"]) == (Decimal(0), "user_table")


@pytest.mark.parametrize("cell", ["-1", "abc", "nan", "inf", "10001", "0.1234567", "1,5"])
def test_a_bad_price_is_refused_with_file_line_and_column(con, home, cell):
    quoted = f'"{cell}"'
    user_prices(home, "acme/ok,,,1,1,,", f"acme/m,,,{quoted},1,,")
    with pytest.raises(PodiumError, match=r"prices\.csv, line 3, column input_usd_per_mtok: .*USD per million tokens"):
        resolved(con, "acme/m", "m", "openai")


def test_cache_savings_are_reads_saved_less_writes_paid(con, home):
    user_prices(home, "acme/m,,,3,15,0.3,3.75", "acme/unlisted,,,3,15,,")
    row = resolved(con, "acme/m", "m", "openai")
    assert savings(con, row, 1000, 400, 100) == Decimal("0.0010050000")  # 400 x 2.7 - 100 x 0.75 = 1005
    assert savings(con, row, 1000, 0, 100) == Decimal("-0.0000750000")
    assert savings(con, row, 1000, None, None) is None
    assert savings(con, row, None, 400, 0) is None
    assert savings(con, resolved(con, "acme/unlisted", "m", "openai"), 1000, 0, 0) == 0
    assert savings(con, resolved(con, "acme/unlisted", "m", "openai"), 1000, 1, 0) is None


@pytest.mark.parametrize(
    ("pico_usd", "usd"),
    [(49, 0), (50, 0), (51, 1), (149, 1), (150, 2), (250, 2), (251, 3), (-150, -2), (-250, -2), (-51, -1)],
)
def test_costs_round_half_even_at_the_tenth_decimal(con, pico_usd, usd):
    rounded = con.execute("select pico_to_usd(cast(? as bigint))", [pico_usd]).fetchall()[0][0]
    assert rounded == usd * Decimal("1e-10")


TOKENS = st.integers(0, 100_000_000)
RATE = st.one_of(st.none(), st.integers(0, 10_000 * 1_000_000))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=st.tuples(TOKENS, TOKENS, TOKENS, TOKENS, TOKENS), rates=st.tuples(RATE, RATE, RATE, RATE, RATE))
def test_any_request_within_the_contract_is_priced_exactly(con, parts, rates):
    uncached, read, write, visible, reasoning = (part // 3 for part in parts)
    price = price_list.price_struct(dict(zip(price_list.CLASSES, rates, strict=True)))
    used = zip((uncached, visible, read, write, reasoning), rates, strict=True)
    pico = [None if tokens and rate is None else tokens * (rate or 0) for tokens, rate in used]
    wanted = None if None in pico else round(Decimal(sum(pico)).scaleb(-12), 10)  # Decimal rounds half-even
    found = cost(con, {"price": price}, uncached + read + write, visible + reasoning, read, write, reasoning)
    assert found == wanted


def test_every_offer_is_what_genai_prices_itself_would_charge():
    at = [datetime(2025, 6, 1, 12, tzinfo=UTC), datetime(2026, 10, 20, 2, 30, tzinfo=UTC), NOON]
    for provider in providers:
        for model in provider.models:
            offers = price_list.offers(provider.id, model, None)
            for moment in at:
                if moment.year == 2025 and _has_peak_hours(model):
                    continue  # where we deviate on purpose: see test_peak_hours_do_not_reach_back...
                held = [offer.price for offer in offers if _holds(offer, moment)]
                listed = price_list._price(model.get_prices(moment))
                assert held == ([listed] if listed else []), (provider.id, model.id, moment)


def _has_peak_hours(model):
    dated = model.prices if isinstance(model.prices, list) else []
    return any(isinstance(price.constraint, TimeOfDateConstraint) for price in dated)


def _holds(offer, moment):
    minute = moment.hour * 60 + moment.minute
    since, until = offer.valid_from or date.min, offer.valid_to or date.max
    return since <= moment.date() < until and offer.from_minute <= minute < offer.to_minute


def test_no_listing_needs_finer_slots_or_more_tiers_than_the_macros_have():
    for provider in providers:
        for model in provider.models:
            for offer in price_list.offers(provider.id, model, None):
                assert offer.from_minute % 30 == offer.to_minute % 30 == 0, (provider.id, model.id)
            for dated in model.prices if isinstance(model.prices, list) else [model]:
                tiered = [price for price in vars(dated.prices).values() if hasattr(price, "tiers")]
                assert len({tier.start for price in tiered for tier in price.tiers}) <= 2, (provider.id, model.id)


def test_a_key_gets_one_row_whatever_it_is(con):
    keys = pa.table(
        {
            "model_id": ["openai/gpt-4o", "unknown/x", "deepseek/deepseek-chat"],
            "model_raw": ["gpt-4o", "x", "deepseek-chat"],
            "provider_name": ["openai", "nobody", "deepseek"],
            "slot": pa.array([NOON] * 3, prices.INSTANT),
        }
    )
    found = prices.resolve(con, keys)
    assert sorted(found["model_id"].to_pylist()) == sorted(keys["model_id"].to_pylist())
    assert prices.resolve(con, keys.slice(0, 0)).num_rows == 0


def test_prices_are_the_installed_packages_whatever_its_updater_fetched(con):
    data_snapshot.set_custom_snapshot(data_snapshot.DataSnapshot(providers=[], from_auto_update=True))
    try:
        row = resolved(con, "openai/gpt-4o", "gpt-4o", "openai")
    finally:
        data_snapshot.set_custom_snapshot(None)
    assert usd_per_mtok(row)["input"] == Decimal("2.5")


def test_list_prices_are_dated_rows_per_model_and_provider(home):
    user_prices(home, "acme/m,,2026-01-01,1,2,,", "openai/gpt-4o,openai,2026-11-01,9,9,,")
    table = prices.list_price_table()
    rows = {(row["model_id"], row["provider_name"], row["valid_from"]): row for row in table.to_pylist()}
    assert len(rows) == table.num_rows
    pro = rows["google/gemini-2.5-pro", "gcp.gemini", None]
    assert (pro["input_usd_per_mtok"], pro["tier_start"], pro["tier_input_usd_per_mtok"]) == (
        Decimal("1.25"),
        200_000,
        Decimal("2.5"),
    )
    assert rows["deepseek/deepseek-chat", "deepseek", None]["input_usd_per_mtok"] == Decimal("0.27")  # 16 h of 24
    assert rows["acme/m", None, date(2026, 1, 1)]["output_usd_per_mtok"] == 2
    assert (pro["other_hours_ratio"], pro["other_hours"]) == (None, None)
    flash = rows["deepseek/deepseek-v4-flash", "deepseek", date(2026, 9, 10)]  # 17 h of 24
    assert flash["input_usd_per_mtok"] == Decimal("0.15")
    assert (flash["other_hours_ratio"], flash["other_hours"]) == (2.0, "01:00 to 04:00 and 06:00 to 10:00 UTC")
    assert rows["openai/gpt-4o", "openai", None]["valid_to"] == date(2026, 11, 1)
    assert rows["openai/gpt-4o", "openai", date(2026, 11, 1)]["price_source"] == "user_table"
    assert rows["openai/gpt-4o", "azure.ai.openai", None]["price_source"] == "catalog"
