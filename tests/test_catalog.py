"""One name per model, however a log spells it."""

from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import catalog, names, warehouse
from pipeline.settings import PodiumError
from pipeline.simulation import models as simulated


@pytest.fixture(scope="module")
def known() -> names.Catalogue:
    return names.catalogue()


# What a real LiteLLM proxy wrote into `model`, beside its provider under OpenTelemetry's name.
LITELLM = [
    ("openai/gpt-4o-mini", "openai", "openai/gpt-4o-mini"),
    ("openai/gpt-4o", "openai", "openai/gpt-4o"),
    ("openai/gpt-5", "openai", "openai/gpt-5"),
    ("openai/o3", "openai", "openai/o3"),
    ("openai/text-embedding-3-small", "openai", "openai/text-embedding-3-small"),
    ("azure/gpt-4o", "azure.ai.openai", "openai/gpt-4o"),
    ("anthropic/claude-haiku-4-5", "anthropic", "anthropic/claude-haiku-4.5"),
    ("anthropic/claude-sonnet-4-5", "anthropic", "anthropic/claude-sonnet-4.5"),
    ("deepseek/deepseek-chat", "deepseek", "deepseek/deepseek-chat"),
    ("mistral/mistral-large-latest", "mistral_ai", "mistralai/mistral-large"),
    ("openrouter/qwen/qwen3-coder", "openrouter", "qwen/qwen3-coder"),
    ("together_ai/meta-llama/Llama-3.3-70B-Instruct-Turbo", "together_ai", "meta-llama/llama-3.3-70b-instruct"),
    ("hosted_vllm/acme/house-8b", "hosted_vllm", "unknown/acme/house-8b"),
]

SPELLINGS = [
    # the provider tells the author of a bare name
    ("gpt-4o", "openai", "openai/gpt-4o"),
    ("gpt-4o", "azure.ai.openai", "openai/gpt-4o"),
    ("mistral-large-latest", "mistral_ai", "mistralai/mistral-large"),
    ("grok-4", "x_ai", "x-ai/grok-4"),
    ("muse-spark-1.2", "meta", "meta/muse-spark-1.2"),
    # a name that only one author has needs no provider
    ("claude-sonnet-4", "github_copilot", "anthropic/claude-sonnet-4"),
    ("gpt-4o", "some-gateway", "openai/gpt-4o"),
    # dates go, unless the catalogue lists the dated model itself
    ("gpt-4o-2024-08-06", "openai", "openai/gpt-4o"),
    ("gpt-4o-2024-05-13", "openai", "openai/gpt-4o-2024-05-13"),
    ("claude-3-5-sonnet-20241022", "anthropic", "anthropic/claude-3.5-sonnet"),
    ("claude-3-5-sonnet@20240620", "gcp.vertex_ai", "anthropic/claude-3.5-sonnet"),
    ("qwen/qwen-plus-2025-07-28:thinking", "openrouter", "qwen/qwen-plus-2025-07-28:thinking"),
    # hyphens for dots
    ("claude-opus-4-1-20250805", "anthropic", "anthropic/claude-opus-4.1"),
    ("gpt-4-1106-preview", "openai", "openai/gpt-4-1106-preview"),
    # Bedrock
    ("anthropic.claude-3-5-sonnet-20241022-v2:0", "aws.bedrock", "anthropic/claude-3.5-sonnet"),
    ("us.anthropic.claude-3-5-sonnet-20241022-v2:0", "aws.bedrock", "anthropic/claude-3.5-sonnet"),
    ("bedrock/converse/eu.anthropic.claude-haiku-4-5-20251001-v1:0", "aws.bedrock", "anthropic/claude-haiku-4.5"),
    ("bedrock/us-east-1/amazon.nova-pro-v1:0", "aws.bedrock", "amazon/nova-pro-v1"),
    ("us.meta.llama3-1-8b-instruct-v1:0", "aws.bedrock", "meta-llama/llama-3.1-8b-instruct"),
    (
        "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-3-7-sonnet-20250219-v1:0",
        "aws.bedrock",
        "anthropic/claude-3.7-sonnet",
    ),
    # Google's paths
    ("models/gemini-2.5-pro", "gcp.gemini", "google/gemini-2.5-pro"),
    ("publishers/anthropic/models/claude-opus-4-5@20251101", "gcp.vertex_ai", "anthropic/claude-opus-4.5"),
    (
        "projects/p/locations/l/publishers/meta/models/llama-3.1-405b-instruct-maas",
        "gcp.vertex_ai",
        "meta-llama/llama-3.1-405b-instruct",
    ),
    # Fireworks
    ("fireworks_ai/accounts/fireworks/models/kimi-k2p5", "fireworks_ai", "moonshotai/kimi-k2.5"),
    ("accounts/fireworks/models/deepseek-v3p1", "fireworks_ai", "deepseek/deepseek-chat-v3.1"),
    # a namespace is not a company
    ("deepseek-ai/DeepSeek-R1", "together_ai", "deepseek/deepseek-r1"),
    ("zai-org/GLM-4.6", "novita", "z-ai/glm-4.6"),
    ("GLM-4.6", "zai", "z-ai/glm-4.6"),
    # variants are models of their own, routes are not
    ("qwen/qwen3-coder:free", "openrouter", "qwen/qwen3-coder:free"),
    ("openai/gpt-4o:batch", "openrouter", "openai/gpt-4o:batch"),
    ("anthropic/claude-3.7-sonnet:thinking", "openrouter", "anthropic/claude-3.7-sonnet:thinking"),
    ("openrouter/qwen/qwen3-coder:nitro", "openrouter", "qwen/qwen3-coder"),
    # a provider's own name for it
    ("gpt-35-turbo", "azure.ai.openai", "openai/gpt-3.5-turbo"),
    ("llama-3.3-70b-versatile", "groq", "meta-llama/llama-3.3-70b-instruct"),
    # white space, case, composed characters
    ("  OpenAI/GPT-4o ", "openai", "openai/gpt-4o"),
]

UNMAPPED = [
    ("gpt-99", "openai", "unknown/gpt-99"),
    ("openai/gpt-99", "openai", "unknown/gpt-99"),
    ("acme/house-8b", "hosted_vllm", "unknown/acme/house-8b"),
    ("Acme/House-8B", "hosted_vllm", "unknown/acme/house-8b"),
    ("acme/gpt-4o", "hosted_vllm", "unknown/acme/gpt-4o"),  # somebody else's gpt-4o
    ("acme/house-8b:free", "openrouter", "unknown/acme/house-8b:free"),
    ("ft:gpt-4o-mini-2024-07-18:acme::abc", "openai", "unknown/ft:gpt-4o-mini-2024-07-18:acme::abc"),  # not the base
    ("gpt-4o-1999-01-01", "openai", "unknown/gpt-4o-1999-01-01"),  # no date
    ("llama-3.3-70b-versatile", "openai", "unknown/llama-3.3-70b-versatile"),  # Groq's word only
    ("arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abc", "aws.bedrock", "unknown/abc"),
    ("\u202egpt\x00-\u200b99", "openai", "unknown/gpt-99"),
    ("e\u0301toile", "ollama", "unknown/\u00e9toile"),
    ("", "openai", "unknown/unnamed"),
    (None, None, "unknown/unnamed"),
]


@pytest.mark.parametrize(("raw", "provider", "model_id"), [*LITELLM, *SPELLINGS])
def test_every_spelling_finds_its_model(known, raw, provider, model_id):
    assert names.model_id(known, raw, provider) == model_id


@pytest.mark.parametrize(("raw", "provider", "model_id"), UNMAPPED)
def test_what_is_unknown_keeps_its_name(known, raw, provider, model_id):
    assert names.model_id(known, raw, provider) == model_id


@pytest.mark.parametrize("model", simulated.MODELS, ids=lambda model: model.model_id)
def test_the_simulators_names_find_their_models(known, model):
    by_slug = {provider.slug: provider.name for provider in simulated.PROVIDERS}
    bare = model.model_id.split("/", 1)[1]
    for slug in model.providers:
        for raw in (model.spelling or model.model_id, model.model_id, f"{slug}/{model.model_id}", f"{slug}/{bare}"):
            found = names.model_id(known, raw, by_slug[slug])
            if model.model_id == simulated.HOUSE_MODEL:
                assert found.startswith("unknown/")
            else:
                assert found == model.model_id, (raw, slug)


def test_every_listed_id_is_its_own_name(known):
    for listed in known.model_ids:
        assert names.model_id(known, listed, "openrouter") == listed
        assert names.model_id(known, listed, None) == listed


@given(raw=st.one_of(st.none(), st.text(max_size=400)), provider=st.one_of(st.none(), st.text(max_size=30)))
def test_any_name_becomes_one_short_printable_author_and_model(known, raw, provider):
    found = names.model_id(known, raw, provider)
    assert 3 <= len(found) <= 200
    assert "/" in found
    assert found.isprintable() or " " in found
    assert names.model_id(known, raw, provider) == found


def test_names_come_once_per_distinct_pair_and_none_is_dropped():
    pairs = pa.table(
        {
            "model_raw": ["gpt-4o", "gpt-4o", "gpt-4o", "x", None],
            "provider_name": ["openai", "openai", "azure.ai.openai", "openai", None],
        }
    )
    with warehouse.connect() as con:
        found = catalog.model_names(con, pairs)
    assert found.column_names == ["model_raw", "provider_name", "model_id"]
    assert sorted(found.to_pylist(), key=str) == sorted(
        [
            {"model_raw": "gpt-4o", "provider_name": "openai", "model_id": "openai/gpt-4o"},
            {"model_raw": "gpt-4o", "provider_name": "azure.ai.openai", "model_id": "openai/gpt-4o"},
            {"model_raw": "x", "provider_name": "openai", "model_id": "unknown/x"},
            {"model_raw": None, "provider_name": None, "model_id": "unknown/unnamed"},
        ],
        key=str,
    )


def user_file(home: Path, name: str, text: str) -> None:
    (home / "overrides").mkdir(exist_ok=True)
    (home / "overrides" / name).write_text(text, encoding="utf-8")


def test_the_users_alias_wins_over_ours_and_over_the_rules(home):
    user_file(
        home,
        "aliases.csv",
        "raw_name,provider_name,model_id\n"
        "House-LLM,,acme/house-8b\n"
        "gpt-4o,azure.ai.openai,openai/gpt-4o-mini\n"
        "llama-3.3-70b-versatile,,acme/llama\n",
    )
    known = names.catalogue()
    assert names.model_id(known, "house-llm", "openai") == "acme/house-8b"
    assert names.model_id(known, "azure/gpt-4o", "azure.ai.openai") == "openai/gpt-4o-mini"
    assert names.model_id(known, "gpt-4o", "openai") == "openai/gpt-4o"
    assert names.model_id(known, "llama-3.3-70b-versatile", "groq") == "acme/llama"


def test_the_users_model_is_in_the_catalogue(home):
    user_file(home, "models.csv", "model_id,model_name\nacme/House-8B,House 8B\n")
    user_file(home, "authors.csv", "author,author_name,author_country,namespaces\nacme,Acme,DE,acme\n")
    assert names.model_id(names.catalogue(), "hosted_vllm/acme/house-8b", "hosted_vllm") == "acme/house-8b"
    rows = {row["model_id"]: row for row in catalog.reference_tables()["models"].to_pylist()}
    assert (rows["acme/house-8b"]["author_name"], rows["acme/house-8b"]["author_country"]) == ("Acme", "DE")


def test_an_alias_to_something_that_is_no_id_is_refused(home):
    user_file(home, "aliases.csv", "raw_name,provider_name,model_id\nhouse,,house\n")
    with pytest.raises(PodiumError, match=r"aliases\.csv, line 2, column model_id: 'house'; write author/model"):
        names.catalogue()


def test_reference_tables_of_other_columns_are_written_anew(home, monkeypatch):
    before = catalog.fingerprint()
    assert catalog.fingerprint() == before
    monkeypatch.setattr(catalog.prices, "LIST_PRICES", pa.schema([("model_id", pa.string())]))
    assert catalog.fingerprint() != before
