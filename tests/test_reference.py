"""The facts that ship: each stated once, cited where it is measured, and under the user's own."""

import csv
from collections import Counter
from dataclasses import replace
from datetime import date
from math import sqrt
from pathlib import Path

import pytest

from pipeline import catalog, names, price_list, reference
from pipeline.settings import REFERENCE, PodiumError, settings

CITED = {
    "aider-polyglot": ("Aider-AI/aider", "cb6a152e5ee27fbc77ac499d5e628ccd74a5fa2a", "Apache-2.0", "% cases passed"),
    "bfcl-v4": ("ShishirPatil/gorilla", "ea03bc8dd716546f4d4c6dd462368a9ab18cc2e0", "Apache-2.0", "% overall accuracy"),
}


def user_file(home: Path, name: str, text: str | bytes) -> None:
    (home / "overrides").mkdir(exist_ok=True)
    (home / "overrides" / name).write_bytes(text.encode() if isinstance(text, str) else text)


def wilson(score: float, n: int, z: float = 1.96) -> tuple[float, float]:
    """The 95 % interval of a share, in percent (Wilson 1927)."""
    share = score / 100
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return 100 * (middle - half), 100 * (middle + half)


def model_ids() -> set[str]:
    return {str(row["model_id"]) for row in reference.rows("models")}


def test_every_quality_figure_is_cited():
    for row in reference.rows("quality"):
        repo, commit, licence, unit = CITED[row["benchmark"]]
        assert (row["source_repo"], row["source_commit"], row["licence"], row["score_unit"]) == (
            repo,
            commit,
            licence,
            unit,
        )
        assert row["source_path"]
        assert row["published_name"]
        assert row["variant"]
        assert row["match"] in ("exact", "family")
        assert isinstance(row["measured_on"], date)
        assert row["higher_is_better"] is True
        assert 0 <= row["score"] <= 100


def test_no_figure_stands_for_two_models_or_an_unlisted_one():
    rows = reference.rows("quality")
    assert {row["model_id"] for row in rows} <= model_ids()
    assert not [row for row in rows if " + claude" in row["published_name"] or " + gpt" in row["published_name"]]
    assert max(Counter((row["benchmark"], row["model_id"], row["variant"]) for row in rows).values()) == 1


def test_intervals_are_wilson_where_the_number_of_cases_is_known_and_absent_elsewhere():
    for row in reference.rows("quality"):
        if row["n"] is None:
            assert (row["benchmark"], row["score_low"], row["score_high"]) == ("bfcl-v4", None, None)
        else:
            assert row["n"] in (223, 224, 225)
            assert (row["score_low"], row["score_high"]) == pytest.approx(wilson(row["score"], row["n"]), abs=0.005)


def test_a_known_figure_is_there_with_every_variant():
    found = {
        row["variant"]: (row["score"], row["n"], row["match"])
        for row in reference.rows("quality")
        if (row["benchmark"], row["model_id"]) == ("aider-polyglot", "openai/gpt-5")
    }
    assert found == {"high": (88.0, 225, "exact"), "medium": (86.7, 225, "exact"), "low": (81.3, 225, "exact")}


def test_names_lead_to_listed_models_by_listed_providers():
    providers = {row["provider_name"] for row in reference.rows("providers")}
    for row in reference.rows("aliases"):
        assert row["model_id"] in model_ids(), row
        assert row["provider_name"] is None or row["provider_name"] in providers, row
        assert row["note"], row


def test_aliases_hold_only_what_the_rules_cannot_do():
    known = names.catalogue()
    bare = replace(known, aliases=())
    for row in reference.rows("aliases"):
        raw, provider = str(row["raw_name"]), row["provider_name"]
        assert names.model_id(bare, raw, str(provider) if provider else None) != row["model_id"], raw


def test_every_author_is_known_once():
    namespaces = Counter(word for row in reference.rows("authors") for word in names.words(row["namespaces"]))
    assert max(namespaces.values()) == 1
    assert {model_id.split("/")[0] for model_id in model_ids()} <= namespaces.keys()


def test_every_price_list_and_author_of_a_provider_exists():
    authors = {row["author"] for row in reference.rows("authors")}
    lists = {provider.id for provider in price_list.PROVIDERS}
    for row in reference.rows("providers"):
        assert row["price_list"] is None or row["price_list"] in lists, row
        assert row["author"] is None or row["author"] in authors, row


def test_models_of_one_company_share_its_author():
    rows = {row["model_id"]: row for row in catalog.reference_tables()["models"].to_pylist()}
    for model_id in ("meta-llama/llama-3.3-70b-instruct", "meta/muse-spark-1.2"):
        row = rows[model_id]
        assert (row["author"], row["author_name"], row["author_country"]) == ("meta", "Meta", "US")
    assert rows["openai/gpt-4o"] == {
        "model_id": "openai/gpt-4o",
        "model_name": "GPT-4o",
        "weights": "closed",
        "context_tokens": 128_000,
        "size_class": None,
        "released_date": date(2024, 5, 13),
        "author": "openai",
        "author_name": "OpenAI",
        "author_country": "US",
    }


def test_what_is_not_known_is_null_and_never_empty_text():
    for name, table in catalog.reference_tables().items():
        for row in table.to_pylist():
            assert "" not in row.values(), (name, row)


def test_shipped_files_are_sorted_and_plain():
    for name in ("models", "authors", "providers"):
        text = (REFERENCE / f"{name}.csv").read_text(encoding="utf-8")
        keys = [line[0] for line in csv.reader(text.splitlines())][1:]
        assert keys == sorted(keys), name
        assert "\r" not in text


def test_the_users_row_replaces_ours_of_the_same_key_and_no_other(home):
    user_file(home, "models.csv", "model_id,model_name,context_tokens\nopenai/gpt-4o,Our GPT,64000\n")
    rows = {row["model_id"]: row for row in reference.rows("models")}
    assert (rows["openai/gpt-4o"]["model_name"], rows["openai/gpt-4o"]["context_tokens"]) == ("Our GPT", 64_000)
    assert rows["openai/gpt-4o"]["weights"] is None
    assert rows["openai/gpt-4o-mini"]["weights"] == "closed"
    assert len(rows) == len(model_ids())


def test_the_users_quality_figure_wins_and_says_whose_it_is(home):
    user_file(
        home,
        "quality.csv",
        "benchmark,model_id,variant,score,score_unit,higher_is_better\n"
        "aider-polyglot,openai/gpt-5,high,90.5,% cases passed,true\n"
        "our-tasks,acme/house-8b,,71,% solved,true\n",
    )
    rows = {(row["benchmark"], row["model_id"], row["variant"]): row for row in reference.rows("quality")}
    ours, theirs = rows["our-tasks", "acme/house-8b", "default"], rows["aider-polyglot", "openai/gpt-5", "high"]
    assert (ours["score"], ours["match"], ours["score_low"]) == (71, "user", None)
    assert (theirs["score"], theirs["match"], theirs["n"]) == (90.5, "user", None)
    assert rows["aider-polyglot", "openai/gpt-5", "low"]["match"] == "exact"


def test_our_own_folder_as_home_does_not_turn_our_figures_into_the_users(monkeypatch):
    monkeypatch.setenv("PODIUM_HOME", str(REFERENCE.parent))
    settings.cache_clear()
    try:
        assert {row["match"] for row in reference.rows("quality")} == {"exact", "family"}
    finally:
        settings.cache_clear()


QUALITY = "benchmark,model_id,variant,score,score_unit,higher_is_better\n"


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (
            "quality.csv",
            QUALITY + "b,a/m,,high,%,true\n",
            r"quality\.csv, line 2, column score: 'high'; write a number",
        ),
        ("quality.csv", QUALITY + "b,a/m,,nan,%,true\n", r"line 2, column score: 'nan'; write a number"),
        (
            "quality.csv",
            QUALITY + "b,a/m,,1,%,maybe\n",
            r"line 2, column higher_is_better: 'maybe'; write true or false",
        ),
        ("quality.csv", QUALITY + "b,a/m,,,%,true\n", r"line 2, column score: empty; write a number"),
        ("quality.csv", QUALITY + "b,m,,1,%,true\n", r"line 2, column model_id: 'm'; write author/model"),
        ("quality.csv", QUALITY + "b,a/m,,1,%,true,x\n", r"line 2: more cells than the header"),
        ("quality.csv", QUALITY + "b,a/m,,1,%,true\nb,a/m,,2,%,true\n", r"line 3: the same .* as line 2; keep one"),
        ("models.csv", "model_id,colour\na/m,red\n", r"models\.csv, line 1: column 'colour' is not known; the columns"),
        ("models.csv", "model_name\nM\n", r"models\.csv, line 1: column 'model_id' is missing; the columns are"),
        ("models.csv", "model_id,weights\na/m,ajar\n", r"line 2, column weights: 'ajar'; write one of open, closed"),
        (
            "models.csv",
            "model_id,released_date\na/m,1.2.2026\n",
            r"column released_date: '1.2.2026'; write a date, like",
        ),
        ("models.csv", "", r"models\.csv, line 1: column 'model_id' is missing"),
        ("models.csv", b"model_id,model_name\na/m,\xff\n", r"models\.csv: not UTF-8 at byte 24; save it as CSV UTF-8"),
        ("models.csv", 'model_id,model_name\na/m,"open\n', r"models\.csv: not a CSV file .*; check its quotes"),
    ],
)
def test_a_bad_user_file_is_refused_with_place_and_remedy(home, name, text, message):
    user_file(home, name, text)
    with pytest.raises(PodiumError, match=message):
        reference.rows(name.removesuffix(".csv"))


def test_a_spreadsheets_byte_order_mark_is_no_part_of_the_header(home):
    user_file(home, "models.csv", b"\xef\xbb\xbfmodel_id,model_name\r\nacme/m,M\r\n")
    assert "acme/m" in {row["model_id"] for row in reference.rows("models")}
