"""Untrusted names as text of XML or HTML."""

import re
from html import escape

from format import plain

# What plain() leaves and XML 1.0 forbids.
FORBIDDEN = re.compile("[\ud800-\udfff\ufffe\uffff]")


def marked(name: str | None) -> str:
    """A name for an element's text or a quoted attribute: shown as written, obeyed nowhere."""
    return escape(FORBIDDEN.sub("\ufffd", plain(name)), quote=True)
