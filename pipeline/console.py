"""Where a command writes to, and the codes it ends with."""

from rich.console import Console

USER_ERROR, AUDIT_FAILED, QUARANTINED, INTERRUPTED = 1, 3, 4, 130

out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True)
