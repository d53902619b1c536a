"""`podium export`: the boards as files."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.console import out

ORDER = 85


def command(
    folder: Annotated[Path, typer.Argument(help="A new or empty folder, or one that holds an earlier export.")],
    period: Annotated[
        list[str] | None, typer.Option(help="1w, 4w or 12w; may be repeated. All, where none is named.")
    ] = None,
) -> None:
    """Write every board as JSON, CSV and Parquet, badges, a feed and a page without scripts, for any web server.

    Examples: podium export /srv/www/rankings; podium export out --period 1w
    """
    from pipeline import export

    done = export.export(folder, period or ())
    out.print(
        f"Version {done.version}: {done.files} files in {folder}, {done.changed} of them new or changed, "
        f"{done.removed} of an earlier export removed.",
        markup=False,
    )
    if done.left_out:
        out.print(f"{done.left_out} models have no badge: their names can not be file names.")
