"""Marks runs that a reboot or kill -9 left STARTED as failed: Dagster itself would wait for them for ever."""

import dagster as dg

LEFT_OPEN = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]


def reap(instance: dg.DagsterInstance) -> int:
    """Only `podium up` launches runs, and it holds its lock while this runs: a run still open has lost its daemon.

    Should its worker live on, the writer lock keeps the two apart.
    """
    runs = instance.get_runs(dg.RunsFilter(statuses=LEFT_OPEN))
    for run in runs:
        instance.report_run_failed(run, "cut off when podium up was ended; the next run does what is left")
    return len(runs)


if __name__ == "__main__":
    with dg.DagsterInstance.get() as instance:
        print(reap(instance))
