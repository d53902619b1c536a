"""The prompt of `podium sql` in a real terminal: typed into, completed, interrupted, left."""

import fcntl
import os
import pty
import re
import select
import signal
import stat
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import completion, history, questions, shell
from pipeline.settings import PROJECT

PATIENCE_S = 60
PROMPT, MORE = "podium> ", "   ...> "


class Terminal:
    """`podium sql` at the other end of a pseudo terminal of 40 lines and 200 columns."""

    def __init__(self, home: Path) -> None:
        self.here, there = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "pipeline", "sql"],
            cwd=PROJECT,
            env=os.environ | {"PODIUM_HOME": str(home), "TERM": "xterm", "LINES": "40", "COLUMNS": "200"},
            stdin=there,
            stdout=there,
            stderr=there,
            start_new_session=True,
            preexec_fn=_take_terminal,
        )
        os.close(there)
        self.shown = ""

    def type(self, text: str) -> None:
        os.write(self.here, text.encode())

    def until(self, wanted: str) -> str:
        """What is shown up to `wanted`, escape sequences left out."""
        deadline = time.monotonic() + PATIENCE_S
        while wanted not in self.shown:
            assert time.monotonic() < deadline, f"{wanted!r} is not in {self.shown!r}"
            if select.select([self.here], [], [], 1)[0]:
                self.shown += self._more()
        before, _, self.shown = self.shown.partition(wanted)
        return before

    def _more(self) -> str:
        try:
            read = os.read(self.here, 65536).decode("utf-8", "replace")
        except OSError:  # Linux: the other end is closed
            pytest.fail(f"it ended, having shown {self.shown!r}")
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b=|\x1b>", "", read)

    def ended(self) -> int:
        """Its exit code, once it is over."""
        code = self.process.wait(timeout=PATIENCE_S)
        os.close(self.here)
        return code


def _take_terminal() -> None:
    """Ctrl-C at the terminal reaches the process only if it is its controlling terminal, and not ignored above it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


@pytest.fixture
def opened(demo_here: Path, tmp_path: Path) -> Iterator[Terminal]:
    """A prompt over a home of its own that holds the demo's published file."""
    home = tmp_path / "mine"
    home.mkdir()
    (home / "published").symlink_to(demo_here / "published")
    terminal = Terminal(home)
    terminal.until(PROMPT)
    yield terminal
    if terminal.process.poll() is None:
        terminal.process.kill()
        terminal.ended()


def test_a_statement_of_several_lines_ends_with_a_semicolon(opened: Terminal) -> None:
    opened.type("select 40 +\n")
    opened.until(MORE)
    opened.type("2 as answer -- ; is no end here\n")
    opened.until(MORE)
    opened.type(";\n")
    assert re.search(r"answer[^\d]*42", opened.until("1 row"))


def test_control_c_forgets_what_was_typed_and_control_d_leaves(opened: Terminal) -> None:
    opened.type("select nonsense\n")
    opened.until(MORE)
    opened.type("from nowhere")
    opened.until("nowhere")
    opened.type("\x03")
    opened.until(PROMPT)
    opened.type("select 'still here' as told;\n")
    assert "Error" not in opened.until("1 row")
    opened.until(PROMPT)
    opened.type("\x04")
    assert opened.ended() == 0


def test_tab_completes_tables_columns_and_questions(opened: Terminal) -> None:
    opened.type("select max(violation_c\t) as n from meta.che\t;\n")
    opened.until("violation_count) as n from meta.checks")
    opened.until("1 row")
    opened.until(PROMPT)
    opened.type(".ask board_f\t\n")
    opened.until("What do last week's figures stand on?")
    opened.until("1 row")


def test_a_mistake_is_told_and_the_prompt_stays(opened: Terminal) -> None:
    for typed, told in (
        ("selec 1;\n", "Error: "),
        ("delete from meta.checks;\n", "podium sql only reads"),
        ("select 1; select 2;\n", "give one statement, not 2"),
        (".nonsense\n", ".help tells what there is"),
        (".ask spend_by_taem\n", "did you mean spend_by_team"),
        (".schema\n", ".schema needs a name"),
    ):
        opened.type(typed)
        opened.until(told)
        opened.until(PROMPT)
    opened.type(".quit\n")
    assert opened.ended() == 0


def test_a_long_answer_is_cut_to_the_screen_and_says_how_to_get_all_of_it(opened: Terminal) -> None:
    opened.type("select range as n from range(1000);\n")
    shown = opened.until("all of them: podium sql '...' --format csv")
    assert "32 of 1,000 rows" in shown
    assert len(re.findall(r"│ +\d+ │", shown)) == 32


def test_dot_commands_list_tables_columns_and_questions(opened: Terminal) -> None:
    for typed, told in (
        (".help\n", "Tab completes"),
        (".tables\n", "user_activity_daily"),
        (".schema meta.checks\n", "What it claims, in full"),
        (".questions\n", "What did each team spend last week?"),
        (".show spend_by_team\n", "dimension_value as team"),
    ):
        opened.type(typed)
        opened.until(told)
        opened.until(PROMPT)


def test_what_was_answered_comes_back_in_the_next_session(opened: Terminal, tmp_path: Path) -> None:
    opened.type("select 1 as first -- a remark\n, 2 as second;\n")
    opened.until("1 row")
    for typed in ("select nonsense;\n", "select 'ada@example.org' as who;\n"):
        opened.until(PROMPT)
        opened.type(typed)
    opened.until("1 row")
    opened.until(PROMPT)
    opened.type("exit\n")
    assert opened.ended() == 0
    kept = tmp_path / "mine" / "sql_history"
    assert kept.read_text().splitlines() == ["select 1 as first  , 2 as second;"]
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    again = Terminal(tmp_path / "mine")
    again.until(PROMPT)
    again.type("\x1b[A\n")
    assert re.search(r"first.*second", again.until("1 row"), re.DOTALL)
    again.until(PROMPT)
    again.type("\x04")
    assert again.ended() == 0


@pytest.mark.parametrize(
    ("text", "is_whole"),
    [
        ("", True),
        ("  .tables", True),
        ("exit", True),
        ("select 1;", True),
        ("select 1; -- done", True),
        ("select 'ü';", True),
        ("select 1", False),
        ("select ';", False),
        ("select $$;", False),
        ("select 1 -- ;", False),
        ("select 1 /* ;", False),
        ("-- ;", False),
    ],
)
def test_a_statement_is_whole_when_its_last_token_is_a_semicolon(text: str, is_whole: bool) -> None:
    assert shell.is_whole(text) is is_whole


KNOWN = completion.Words(
    {"rankings.price": ["model_id", "spend_usd"], "meta.checks": ["claim", "is_ok"]}, ["select", "semi"], ["top_ten"]
)


@pytest.mark.parametrize(
    ("line", "before", "found"),
    [
        ("se", "", ["select", "semi"]),
        ("SE", "", ["select", "semi"]),
        ("from ran", "", ["rankings.price"]),
        ("from rankings.p", "", ["rankings.price"]),
        ("select i", "", ["is_ok"]),
        ("where i", "select * from rankings.price", []),
        ("where m", "select * from rankings.price", ["meta.checks", "model_id"]),
        ("select p.s", "from rankings.price as p", ["p.spend_usd"]),
        ("select p.s", "from rankings.price P", ["p.spend_usd"]),
        ("select price.s", "from rankings.price", ["price.spend_usd"]),
        ("select nobody.s", "from rankings.price", []),
        (".s", "", [".schema", ".show"]),
        (".ask t", "", ["top_ten"]),
        (".schema m", "", ["meta.checks"]),
        (".help m", "", []),
    ],
)
def test_a_word_becomes_what_fits_there(line: str, before: str, found: list[str]) -> None:
    word = re.split(f"[{re.escape(completion.BREAKS)}]", line)[-1]
    assert completion.candidates(KNOWN, word, line, before) == found


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("select 1\n, 2;", "select 1 , 2;"),
        ("select 1 -- one\n, '--' as ü -- two", "select 1  , '--' as ü"),
        ("select /* in\nside */ 1;", "select /* in side */ 1;"),
    ],
)
def test_history_keeps_a_statement_on_one_line_that_means_the_same(text: str, line: str) -> None:
    assert history.one_line(text) == line


def test_a_long_history_is_cut_to_its_newest_part(home: Path) -> None:
    history.file().write_text("".join(f"select {n};\n" for n in range(2 * history.KEPT + 1)))
    history.recall()
    lines = history.file().read_text().splitlines()
    assert (len(lines), lines[-1]) == (history.KEPT, f"select {2 * history.KEPT};")


def test_every_question_is_listed_with_what_it_asks() -> None:
    every = questions.every()
    assert len(every) == len(list(questions.FOLDER.glob("*.sql")))
    assert {each.name: each.question for each in every}["spend_by_team"] == "What did each team spend last week?"
