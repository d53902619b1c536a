"""The README is true: its SQL runs, its commands exist, its settings are the settings."""

import re
from typing import cast

import pytest
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from pipeline import ask, cli, commands, console
from pipeline.settings import PROJECT, SQL, Settings

README = (PROJECT / "README.md").read_text(encoding="utf-8")
QUESTIONS = re.findall(r"```sql\n(.*?)```", README, re.DOTALL) + re.findall(r'podium sql "([^"]+)"', README)


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_in_the_readme_has_an_answer(demo_here: object, question: str) -> None:
    with ask.published() as con:
        assert list(ask.rows(ask.ask(con, question)))


def test_every_share_in_a_ready_made_question_is_a_share(demo_here: object) -> None:
    with ask.published() as con:
        answer = ask.ask(con, (SQL / "queries" / "spend_by_team.sql").read_text(encoding="utf-8"))
        place = ask.columns(answer).index("priced_token_share")
        shares = [float(str(row[place])) for row in ask.rows(answer)]
    assert shares
    assert all(0 < share <= 1 for share in shares)


def test_every_command_in_the_readme_exists() -> None:
    named = set(re.findall(r"podium ([a-z]+)", README)) - {"process"}
    assert named <= commands.in_order().keys()


def test_every_option_in_the_readme_exists() -> None:
    known = cast(TyperGroup, get_command(cli.app)).commands
    named = [
        (command, option)
        for command, told in re.findall(r"podium ([a-z]+) ([^`\n|]*)", README)
        for option in re.findall(r"--[a-z-]+", told)
    ]
    assert len(named) > 10
    assert [f"{name} {option}" for name, option in named if option not in _options(known[name])] == []


def _options(command: TyperCommand) -> set[str]:
    return {option for each in command.params for option in (*each.opts, *each.secondary_opts)}


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
    for code in (console.USER_ERROR, console.AUDIT_FAILED, console.QUARANTINED, console.INTERRUPTED):
        assert f"| {code} |" in README
        assert str(code) in cli.HELP
