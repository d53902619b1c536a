"""The README is true: its SQL runs, its commands exist, its settings are the settings."""

import re

import pytest

from pipeline import ask, cli
from pipeline.settings import PROJECT, SQL, Settings

README = (PROJECT / "README.md").read_text(encoding="utf-8")
QUESTIONS = re.findall(r"```sql\n(.*?)```", README, re.DOTALL) + re.findall(r'podium sql "([^"]+)"', README)


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_in_the_readme_has_an_answer(demo_here: object, question: str) -> None:
    with ask.published() as con:
        assert list(ask.rows(ask.ask(con, question)))


@pytest.mark.parametrize("file", sorted((SQL / "queries").glob("*.sql")), ids=lambda file: file.stem)
def test_every_ready_made_question_has_an_answer(demo_here: object, file: object) -> None:
    with ask.published() as con:
        answer = ask.ask(con, (SQL / "queries" / f"{getattr(file, 'name', file)}").read_text(encoding="utf-8"))
        rows = list(ask.rows(answer))
    assert rows or "quarantine" in str(file)


def test_every_share_in_a_ready_made_question_is_a_share(demo_here: object) -> None:
    with ask.published() as con:
        answer = ask.ask(con, (SQL / "queries" / "spend_by_team.sql").read_text(encoding="utf-8"))
        place = ask.columns(answer).index("priced_token_share")
        shares = [float(str(row[place])) for row in ask.rows(answer)]
    assert shares
    assert all(0 < share <= 1 for share in shares)


def test_every_command_in_the_readme_exists() -> None:
    commands = {
        command.name or (command.callback and command.callback.__name__) for command in cli.app.registered_commands
    }
    named = set(re.findall(r"podium ([a-z]+)", README)) - {"process"}
    assert named <= commands


def test_every_make_target_in_the_readme_exists() -> None:
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    assert set(re.findall(r"`?make ([a-z]+)", README)) <= targets


def test_the_settings_table_is_the_settings() -> None:
    told = dict(re.findall(r"^\| `PODIUM_([A-Z_]+)` \| `([^`]*)` \|", README, re.MULTILINE))
    assert {name.lower() for name in told} == Settings.model_fields.keys() | {"config"}
    for name, field in Settings.model_fields.items():
        if name not in ("home", "key_file", "litellm_dsn", "collect_token"):
            assert (
                float(told[name.upper()]) == field.default
                if isinstance(field.default, (int, float))
                else (told[name.upper()] == field.default)
            )


def test_every_file_the_readme_names_is_there() -> None:
    for path in re.findall(r"`((?:pipeline|sql|dashboards|data/reference)/[\w./]+)`", README):
        assert (PROJECT / path).exists(), path


def test_every_exit_code_is_told() -> None:
    for code in (cli.USER_ERROR, cli.AUDIT_FAILED, cli.QUARANTINED, cli.INTERRUPTED):
        assert f"| {code} |" in README
        assert str(code) in cli.HELP
