"""`podium export`: the files are what the server answers, replaced whole, and nobody else's file is touched."""

import json
import os
import re
import shutil
import subprocess
import sys
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import dagster as dg
import pytest

from pipeline import definitions, export
from pipeline.settings import PROJECT, PodiumError, settings
from tests.browser.conftest import serving
from tests.dashboards.pages import EVIL, copied, poison
from tests.dashboards.test_routes import alter, ask


@pytest.fixture(scope="module")
def exported(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export of the demo; read it, never write to it."""
    folder = tmp_path_factory.mktemp("export") / "out"
    with pytest.MonkeyPatch.context() as patch:
        use(demo_home, patch)
        export.export(folder)
    settings.cache_clear()
    return folder


@pytest.fixture
def own_home(demo_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with the demo's published version alone, being PODIUM_HOME."""
    home = copied(demo_home, tmp_path / "home")
    use(home, monkeypatch)
    return home


def use(home: Path, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("PODIUM_HOME", str(home))
    settings.cache_clear()


def manifest(folder: Path) -> list[dict[str, str]]:
    return json.loads((folder / "manifest.json").read_text())["files"]


def held(folder: Path) -> set[str]:
    return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}


class Page(HTMLParser):
    """What an HTML page is made of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: set[str] = set()
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links |= {value for name, value in attrs if name in ("href", "src") and value}

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_every_file_is_what_the_server_answers(exported: Path, demo_home: Path, tmp_path: Path) -> None:
    asked = [file for file in manifest(exported) if file["request"]]
    assert len(asked) > 200
    with serving(demo_home, tmp_path / "log") as here:
        different = [
            file["path"] for file in asked if ask(here, file["request"]).body != (exported / file["path"]).read_bytes()
        ]
    assert different == []


def test_the_manifest_lists_every_file_with_its_digest(exported: Path) -> None:
    listed = {file["path"]: file["sha256"] for file in manifest(exported)}
    assert held(exported) == {*listed, "manifest.json", ".podium-export.lock"}
    assert {path: sha256((exported / path).read_bytes()).hexdigest() for path in listed} == listed
    names = {"leaderboard.json", "market-4w-spend-author.csv", "providers-12w.parquet", "index.json"}
    assert {f"api/v1/{name}" for name in names} | {"feed.xml", "index.html"} <= {*listed}


def test_the_page_is_whole_without_a_script_or_another_host(exported: Path) -> None:
    text = (exported / "index.html").read_text()
    page = Page(text)
    assert {"script", "img", "iframe", "object"} & page.tags == set()
    assert [link for link in page.links if ":" in link or link.startswith("/")] == []
    assert [link for link in page.links if not link.startswith("#") and not (exported / link).is_file()] == []
    assert "url(" not in text
    assert "prefers-color-scheme:dark" in text
    said = " ".join(page.words)
    assert "as of 25 Nov 2026, 09:30 UTC" in said
    assert "Simulated traffic" in said
    assert re.search(r"price of \S+% of tokens", said)
    first = json.loads((exported / "api/v1/leaderboard.json").read_text())["data"][0]
    assert said.index(first["model_id"]) < said.index("By requests", said.index("Models by tokens"))


def test_again_changes_nothing_and_fewer_periods_remove_the_rest(own_home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    whole = export.export(folder)
    assert (whole.changed, whole.removed) == (whole.files, 0)
    assert export.export(folder) == export.Exported(whole.version, whole.files, 0, 0, 0)
    (folder / "api" / "notes.txt").write_text("mine")
    less = export.export(folder, ["4w"])
    assert less.removed == whole.files - less.files > 100
    assert {"api/notes.txt"} == held(folder) - {file["path"] for file in manifest(folder)} - {
        "manifest.json",
        ".podium-export.lock",
    }
    assert not (folder / "api/v1/leaderboard.json").exists()
    assert b"4 weeks, " in (folder / "index.html").read_bytes()


def test_a_file_of_somebody_else_is_neither_written_over_nor_followed(own_home: Path, tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.mkdir()
    (folder / "index.html").write_text("mine")
    with pytest.raises(PodiumError, match=r"index\.html is not of an export; remove it, or choose another folder"):
        export.export(folder)
    assert held(folder) == {"index.html", ".podium-export.lock"}
    (folder / "index.html").unlink()
    (folder / "badge").symlink_to(elsewhere)
    with pytest.raises(PodiumError, match="badge is a link"):
        export.export(folder)
    assert held(elsewhere) == set()


@pytest.mark.parametrize("path", ["../victim", "/etc/hostname", "a/../../victim"])
def test_a_manifest_never_has_a_file_removed_outside(own_home: Path, tmp_path: Path, path: str) -> None:
    folder, victim = tmp_path / "out", tmp_path / "victim"
    folder.mkdir()
    victim.write_text("mine")
    (folder / "manifest.json").write_text(json.dumps({"made_by": "podium export", "files": [{"path": path}]}))
    with pytest.raises(PodiumError, match="is not of an export"):
        export.export(folder)
    assert victim.read_text() == "mine"


def test_killed_between_two_files_the_next_export_mends_it(own_home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    export.export(folder, ["1w"])
    paths = [file["path"] for file in manifest(folder)]
    # What a kill leaves: some files not there yet, one of before, parts written aside.
    (folder / paths[0]).unlink()
    (folder / paths[1]).write_text("older")
    (folder / ".podium-export").mkdir()
    (folder / ".podium-export" / "0").write_text("half")
    assert export.export(folder, ["1w"]).changed == 2
    assert held(folder) == {*paths, "manifest.json", ".podium-export.lock"}


def test_hostile_names_leave_the_folder_by_no_path_and_are_text_on_the_page(own_home: Path, tmp_path: Path) -> None:
    poison(own_home)
    [file] = (own_home / "published").glob("podium-*.duckdb")
    climbers = ["../../climber", "/climber", "a/../climber", "a//b", "nul\x00l", "x.svg/y", "a/.hidden", "é/x"]
    for climber in climbers:
        quoted = climber.replace("\x00", "'||chr(0)||'")
        alter(
            file,
            f"insert into rankings.standings by name select '1w' as period, 'tokens' as unit, '{quoted}' as model_id",
        )
    folder = tmp_path / "deep" / "er" / "out"
    done = export.export(folder, ["1w"])
    assert done.left_out == len(climbers) + 1
    assert held(tmp_path / "deep") == {f"er/out/{path}" for path in held(folder)}
    assert not (tmp_path / "deep" / "climber.svg").exists()
    page = Page((folder / "index.html").read_text())
    assert EVIL in page.words
    assert "img" not in page.tags


def test_what_can_not_be_done_is_told_in_a_sentence(own_home: Path, tmp_path: Path) -> None:
    told = r"^nothing was exported: there is no period '2w'; there are 1w, 4w, 12w, 1d, 1mo$"
    with pytest.raises(PodiumError, match=told):
        export.export(tmp_path / "out", ["2w"])
    (tmp_path / "file").write_text("")
    with pytest.raises(PodiumError, match=r"^nothing was exported: (File exists|Not a directory): "):
        export.export(tmp_path / "file")
    (own_home / "published" / "CURRENT").unlink()
    with pytest.raises(PodiumError, match="nothing has been published yet; run: podium refresh"):
        export.export(tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_command_says_what_it_wrote(own_home: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pipeline", "export", str(tmp_path / "out"), "--period", "1w"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=PROJECT, env=os.environ, check=False)
    files = len(manifest(tmp_path / "out"))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        f"Version 1: {files} files in {tmp_path / 'out'}, {files} of them new or changed, 0 of an earlier export "
        "removed.\n"
    )


def test_dagster_exports_after_publishing_where_a_folder_is_set(
    own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph = definitions.defs.resolve_asset_graph()
    assert graph.get(dg.AssetKey("exports")).parent_keys == {definitions.PUBLISHED}
    assert dg.materialize([definitions.exports]).asset_materializations_for_node("exports") == []
    monkeypatch.setenv("PODIUM_EXPORT_DIR", str(tmp_path / "out"))
    settings.cache_clear()
    [made] = dg.materialize([definitions.exports]).asset_materializations_for_node("exports")
    assert made.metadata["files"].value == len(manifest(tmp_path / "out"))


def test_a_refresh_exports_what_it_published(demo_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline import refresh
    from tests.conftest import DEMO_AS_OF

    shutil.copytree(demo_home, tmp_path / "home")
    use(tmp_path / "home", monkeypatch)
    monkeypatch.setenv("PODIUM_KEY_FILE", str(tmp_path / "key"))
    monkeypatch.setenv("PODIUM_EXPORT_DIR", str(tmp_path / "out"))
    settings.cache_clear()
    made = refresh.refresh(DEMO_AS_OF).published
    assert (
        json.loads((tmp_path / "out" / "api/v1/leaderboard.json").read_text())["meta"]["version"] == made.version == 2
    )
