"""matrix.md names only tests that exist, and every reason for which a file is refused."""

import ast
import re
from pathlib import Path

from pipeline.request_log import FILE_REASONS
from pipeline.settings import PROJECT

MATRIX = Path(__file__).with_name("matrix.md").read_text(encoding="utf-8")


def names_in(file: str) -> set[str]:
    tree = ast.parse((PROJECT / file).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def test_every_test_the_matrix_names_exists():
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", MATRIX)
    assert len(named) > 40
    assert [f"{file}::{test}" for file, test in named if test not in names_in(file)] == []


def test_every_line_of_the_matrix_names_a_test():
    rows = [
        line for line in MATRIX.splitlines() if line.startswith("| ") and not line.startswith(("| fault", "| reason"))
    ]
    assert [row for row in rows if "::test_" not in row] == []


def test_every_reason_to_refuse_a_file_is_in_the_matrix():
    assert set(re.findall(r"\| `(\w+)` \|", MATRIX)) == FILE_REASONS.keys()
