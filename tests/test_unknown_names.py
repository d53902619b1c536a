"""Unknown names: suggested, never guessed; and rows that landed unknown rank under their model once it is known."""

from decimal import Decimal

import pytest
from typer.testing import CliRunner

from pipeline import names, reference, rollups, unknown_names
from pipeline.cli import app as command
from pipeline.settings import PodiumError
from tests import steps
from tests.rows import attempt

RANKED = "select model_id, request_count, cost_usd from rollups.usage_hourly order by all"
UNPRICED = {"cost_usd": None, "cost_source": "none"}


@pytest.fixture
def published(home, tmp_path):
    """Two requests to a model of no known name, one to a known one."""
    mine = {"model_raw": "hosted_vllm/gpt-4o-minni", "provider_name": "hosted_vllm"}
    steps.land_rows(tmp_path, attempt(1, **mine, **UNPRICED), attempt(2, **mine, **UNPRICED), attempt(3))
    steps.publish_now()
    return home / "overrides" / "aliases.csv"


def test_an_unknown_name_is_told_with_its_traffic_and_what_it_may_be(published):
    (found,) = unknown_names.unknown()
    assert (found.name, found.request_count, found.total_tokens) == ("gpt-4o-minni", 2, 2200)
    assert found.token_share == pytest.approx(2 / 3)
    assert found.provider_names == ("hosted_vllm",)
    assert found.suggestions[0] == "openai/gpt-4o-mini"
    assert len(found.suggestions) <= 3


def test_a_suggestion_is_written_as_a_comment_once_and_changes_nothing_by_itself(published):
    before = rollups.fingerprint()
    ran = CliRunner().invoke(command, ["doctor", "--names", "--write"])
    assert "gpt-4o-minni" in ran.stdout
    text = published.read_text()
    assert text.splitlines()[:2] == [
        "raw_name,provider_name,model_id,note",
        "# gpt-4o-minni,,openai/gpt-4o-mini,suggested",
    ]
    assert (reference.user_rows("aliases"), rollups.fingerprint()) == ([], before)
    CliRunner().invoke(command, ["doctor", "--names", "--write"])
    assert published.read_text() == text


def test_an_alias_names_rows_that_landed_before_too_and_gives_them_no_price(published):
    assert steps.asked(steps.publish_now(), RANKED)[1][0] == "unknown/gpt-4o-minni"
    unknown_names.write(unknown_names.unknown())
    published.write_text(
        published.read_text().replace("# gpt-4o-minni,,openai/gpt-4o-mini,", "gpt-4o-minni,,openai/gpt-4o-mini,")
    )
    assert unknown_names.unknown() == []
    assert steps.asked(steps.publish_now(), RANKED) == [
        ("openai/gpt-4o", 1, Decimal("0.0035")),
        ("openai/gpt-4o-mini", 2, None),
    ]
    assert [row["model_id"] for row in steps.log()] == ["unknown/gpt-4o-minni"] * 2 + ["openai/gpt-4o"]


def test_an_alias_of_one_provider_leaves_the_others_rows_unknown(home, tmp_path):
    told = [attempt(number, model_raw="house", provider_name=name) for number, name in ((1, "openai"), (2, "groq"))]
    steps.land_rows(tmp_path, *told)
    (home / "overrides").mkdir()
    (home / "overrides" / "aliases.csv").write_text("raw_name,provider_name,model_id\nhouse,groq,acme/house\n")
    found = [model_id for model_id, *_ in steps.asked(steps.publish_now(), RANKED)]
    assert found == ["acme/house", "unknown/house"]


def test_a_price_or_a_comment_leaves_the_rollups_as_they_are(home):
    before = names.fingerprint()
    (home / "overrides").mkdir()
    (home / "overrides" / "prices.csv").write_text("model_id,provider_name,valid_from\nopenai/gpt-4o,,\n")
    (home / "overrides" / "aliases.csv").write_text("raw_name,provider_name,model_id\n# house,,acme/house\n")
    assert names.fingerprint() == before
    (home / "overrides" / "aliases.csv").write_text("raw_name,provider_name,model_id\nhouse,,acme/house\n")
    assert names.fingerprint() != before


def test_a_mistake_after_a_comment_is_told_with_its_own_line(home):
    (home / "overrides").mkdir()
    (home / "overrides" / "aliases.csv").write_text("raw_name,provider_name,model_id\n# a, b\nhouse,,\n")
    with pytest.raises(PodiumError, match="line 3, column model_id"):
        reference.user_rows("aliases")


def test_suggestions_are_not_added_to_a_file_of_other_columns(published):
    published.parent.mkdir()
    published.write_text("provider_name,raw_name,model_id\n")
    with pytest.raises(PodiumError, match="in this order"):
        unknown_names.write(unknown_names.unknown())
    assert published.read_text() == "provider_name,raw_name,model_id\n"


def test_nothing_unknown_is_one_line(home, tmp_path):
    steps.land_rows(tmp_path, attempt(1))
    steps.publish_now()
    assert CliRunner().invoke(command, ["doctor", "--names"]).stdout == "Every model name is known.\n"
