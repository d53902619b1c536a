"""Whoever a LiteLLM log names by mistake: no person, key or address is in a row or a reject."""

import json
from functools import partial
from hashlib import sha256
from pathlib import Path

import pytest

from pipeline.privacy import pseudonyms
from pipeline.sources import litellm
from tests import readings
from tests.litellm import payload
from tests.readings import Read, lines, staged

SECRETS = ("sk-1234", "Bearer eyJhbGciOi", "jo@example.com", "198.51.100.7", "2001:db8::7", "fe80:0:0:0:1:2:3:4", "::1")
NAMES = ("env:prod", "task-force", "risk-desk", "v1.2.3", "team::search", "10:30:00", "a:b:c", "1.2.3", "Bearers")


@pytest.fixture
def read(own_key: None, tmp_path: Path) -> Read:
    return partial(readings.read, litellm, tmp_path)


def test_a_key_named_after_its_owner_tells_no_e_mail(read):
    metadata = {
        "user_api_key_alias": "jo@example.com",
        "user_api_key_user_id": "jo@example.com",
        "user_api_key_team_alias": "Search",
    }
    row = staged(
        read(lines(payload(1, metadata=metadata, end_user="al@example.com", request_tags=["jo@example.com", "a"])))
    )[0]
    assert (row["api_key_alias"], row["team_name"], row["tags"]) == (row["user_id"], "Search", ["a"])
    assert "@" not in json.dumps(row, default=str)
    assert row["user_id"] != row["end_user_id"]


@pytest.mark.parametrize("secret", SECRETS)
def test_a_key_an_e_mail_or_an_address_is_nowhere_but_under_a_pseudonym(read, secret):
    owner = ("hash", "alias", "team_id", "team_alias", "org_id", "project_id", "user_id")
    metadata = {f"user_api_key_{name}": secret for name in owner} | {
        "requester_metadata": {"headers": {"x-title": secret, "x-litellm-session-id": secret}}
    }
    tags = [secret, f"env:{secret}", f"user:{secret}", f"from {secret}", "env:prod"]
    told = {"metadata": metadata, "trace_id": secret, "end_user": secret, "request_tags": tags, "model_id": secret}
    row = staged(read(lines(payload(1, **told))))[0]
    assert secret not in json.dumps(row, default=str)
    (name,) = pseudonyms([secret]).column("pseudonym").to_pylist()
    kept = (
        "api_key_id",
        "api_key_alias",
        "team_id",
        "team_name",
        "org_id",
        "project_id",
        "trace_id",
        "conversation_id",
    )
    assert {row[column] for column in kept} == {name}
    assert (row["tags"], row["environment"], row["app_name"], row["deployment_id"]) == (
        ["env:prod"],
        "prod",
        None,
        None,
    )


def test_operators_names_stay_as_they_are(read):
    row = staged(read(lines(payload(1, trace_id="sess-1", request_tags=NAMES, metadata={"user_api_key_alias": "sk"}))))[
        0
    ]
    assert (row["tags"], row["trace_id"], row["api_key_alias"]) == (list(NAMES), "sess-1", "sk")


@pytest.mark.parametrize("secret", SECRETS)
def test_an_id_that_the_caller_chose_badly_becomes_a_pseudonym_and_counts_as_before(read, secret):
    data = lines(payload(1, litellm_call_id=f"{secret}-attempt-0"), payload(2, litellm_call_id="ab", id=secret))
    attempt, answer = staged(read(data))
    (name,) = pseudonyms([secret])["pseudonym"].to_pylist()
    assert (attempt["request_id"], attempt["response_id"]) == (name, "chatcmpl-1")
    assert (answer["request_id"], answer["response_id"]) == ("ab", name)
    places = (f"chatcmpl-1\x1f{secret}-attempt-0", f"{secret}\x1fab")
    instants = (1_795_336_801_250_000, 1_795_336_802_250_000)
    hashed = [f"litellm_slp\x1f{place}\x1f{at}" for place, at in zip(places, instants, strict=True)]
    assert [row["attempt_id"] for row in (attempt, answer)] == [sha256(raw.encode()).hexdigest() for raw in hashed]


@pytest.mark.parametrize(
    ("agent", "family"),
    [
        ("bob.smith@corp.example", None),
        ("bob.smith@corp.example/2.0 (linux)", None),
        ("a" * 61 + "@corp.example", None),
        ("10.9.8.7", None),
        ("2001:db8::7", None),
        ("sk-abc", None),
        ("Mozilla/5.0 (X11) Chrome/120.0.0.0", "mozilla"),
        ("tool/1.2.3.4 (198.51.100.7)", "tool"),
    ],
)
def test_a_user_agent_is_a_program_and_nobody(read, agent, family):
    assert staged(read(lines(payload(1, user_agent=agent))))[0]["user_agent_family"] == family


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Apps.example.com:8443/chat?user=bob", "apps.example.com"),
        ("http://bob@corp.example:word@apps.example.com/", "apps.example.com"),
        ("http://192.168.7.44:3000/", None),
        ("http://bob@[2001:db8::7]:3000/", None),
        ("https://sk-abc.example/", None),
        ("https://bob@/chat", None),
    ],
)
def test_a_host_is_a_name_and_no_address(read, url, host):
    metadata = {"requester_metadata": {"headers": {"http-referer": url}}}
    (row,) = staged(read(lines(payload(1, metadata=metadata, api_base=url))))
    assert (row["app_url_host"], row["server_address"]) == (host, host)


def test_a_failure_s_code_is_a_word_and_no_secret(read):
    codes = ("sk-abc", "198.51.100.7", "insufficient_quota")
    failed = [payload(at, status="failure", error_information={"error_code": code}) for at, code in enumerate(codes)]
    assert [row["error_code_raw"] for row in staged(read(lines(*failed)))] == [None, None, "insufficient_quota"]


@pytest.mark.parametrize(("slug", "provider"), [("bob@corp.example", "unknown"), ("Bedrock", "aws.bedrock")])
def test_a_provider_is_nobody_and_a_tag_no_essay(read, slug, provider):
    tags = ["é" * 500, "é" * 500 + "x", "env:prod"]
    (row,) = staged(read(lines(payload(1, custom_llm_provider=slug, request_tags=tags))))
    assert (row["provider_name"], row["tags"]) == (provider, [tags[0], "env:prod"])


@pytest.mark.parametrize("key", ["my-raw-key", "a" * 63, "A" * 64, "sk-" + "0" * 61])
def test_what_is_no_hash_of_a_key_may_be_the_key_and_gets_a_pseudonym(read, key):
    hashed = "0123456789abcdef" * 4
    data = lines(*(payload(n, metadata={"user_api_key_hash": each}) for n, each in enumerate((hashed, key, ""))))
    ids = [row["api_key_id"] for row in staged(read(data))]
    assert ids == [hashed, *pseudonyms([key]).column("pseudonym").to_pylist(), None]


@pytest.mark.parametrize(
    "private", ["alice@corp.com", "ft:gpt-4o:alice.b@mail.corp.co.uk:7", "sk-abcdefghij0123456789xyz"]
)
def test_a_model_named_after_a_person_or_a_key_loses_its_name(read, private):
    told = {"model": f"openai/{private}", "model_group": private, "response": {"model": f"x {private}"}}
    reading = read(lines(payload(1, **told), payload(2, startTime=None, **told)))
    row = staged(reading)[0]
    columns = ("request_model", "served_model_group", "response_model", "model_raw")
    assert {row[column] for column in columns} == {"redacted"}
    assert private not in json.dumps(reading.rejects.to_pylist())
