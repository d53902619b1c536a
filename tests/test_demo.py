"""The demo's delivery: reproducible, whole weeks, and the recorded log moved by whole days and nothing else."""

import gzip
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline import demo, inbox
from pipeline.settings import PodiumError

NOW = datetime(2026, 11, 25, 9, 30, 12, tzinfo=UTC)


def records(file: Path) -> list[dict[str, object]]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def test_four_complete_weeks_and_the_running_one() -> None:
    made = demo.recipe(NOW, 1000, 1)
    assert (made.start, made.end) == ("2026-10-26T00:00:00+00:00", "2026-11-25T09:30:00+00:00")
    assert made.replay_day.date().isoformat() == "2026-11-18"


@pytest.mark.parametrize("now", [NOW, datetime(2026, 11, 22, 23, 59, tzinfo=UTC), datetime(2027, 3, 1, 2, tzinfo=UTC)])
def test_the_recorded_log_lies_inside_the_last_complete_week(now: datetime, tmp_path: Path) -> None:
    moved = records(demo.replayed(demo.recipe(now, 1, 1).replay_day, tmp_path / "moved.gz"))
    end = demo.monday(now)
    for record in moved:
        for clock in demo.SAMPLE_CLOCKS:
            assert end - timedelta(weeks=1) <= datetime.fromtimestamp(float(str(record[clock])), UTC) < end


def test_a_monday_s_first_two_hours_belong_to_no_complete_week_yet() -> None:
    made = demo.recipe(datetime(2026, 11, 23, 1, 30, tzinfo=UTC), 1000, 1)
    assert (made.start[:10], made.replay_day.date().isoformat()) == ("2026-10-19", "2026-11-11")


def test_only_the_clocks_of_the_recorded_log_change_and_only_by_whole_days(tmp_path: Path) -> None:
    before = records(demo.SAMPLE)
    after = records(demo.replayed(NOW, tmp_path / "moved.gz"))
    rest = [{name: value for name, value in row.items() if name not in demo.SAMPLE_CLOCKS} for row in before]
    assert rest == [{name: value for name, value in row.items() if name not in demo.SAMPLE_CLOCKS} for row in after]
    shifts = {float(str(b["startTime"])) - float(str(a["startTime"])) for a, b in zip(before, after, strict=True)}
    assert shifts == {3 * 86_400.0}


def test_an_interrupted_demo_goes_on_with_the_same_traffic(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "WEEKS", 1)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(inbox, "deliver", stop)
        with pytest.raises(KeyboardInterrupt):
            demo.deliver(demo.recipe(NOW, 100, 1))
    assert demo.present() is None
    made = demo.deliver(demo.recipe(NOW + timedelta(hours=1), 100, 1))
    assert made.end == "2026-11-25T09:30:00+00:00"
    assert demo.present() == made


def test_real_traffic_is_recognised_and_the_demos_own_is_not(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "WEEKS", 1)
    demo.deliver(demo.recipe(NOW, 100, 1))
    demo.refuse_real_traffic()
    inbox.deliver([demo.SAMPLE], "litellm")
    with pytest.raises(PodiumError, match=r"litellm/litellm_slp\.jsonl\.gz"):
        demo.refuse_real_traffic()
