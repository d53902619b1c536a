"""The ready-made questions of sql/queries/: a file in the folder is the question of its name."""

from dataclasses import dataclass
from difflib import get_close_matches

from pipeline.settings import SQL, PodiumError

FOLDER = SQL / "queries"


@dataclass(frozen=True)
class Question:
    """What a file asks, what one row of its answer is, what to change in it, and its SQL."""

    name: str
    question: str
    answer: str
    change: str
    sql: str


def every() -> list[Question]:
    """All questions, by name."""
    return [_read(file.stem) for file in sorted(FOLDER.glob("*.sql"))]


def named(name: str) -> Question:
    """One question; an unknown name is told with the nearest ones."""
    if (FOLDER / f"{name}.sql") not in FOLDER.glob("*.sql"):
        near = get_close_matches(name, [file.stem for file in FOLDER.glob("*.sql")], cutoff=0.4)
        told = f"; did you mean {' or '.join(near)}?" if near else ""
        raise PodiumError(f"there is no question {name!r}{told} All of them: podium sql --list")
    return _read(name)


def _read(name: str) -> Question:
    """A file's first line is the question; the rest of its header is the answer, up to `Change:`."""
    text = (FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    lines = text.splitlines()
    header = [line.removeprefix("--").strip() for line in lines if line.startswith("--")]
    answer, _, change = " ".join(header[1:]).partition("Change: ")
    return Question(name, header[0], answer.strip(), change, text)
