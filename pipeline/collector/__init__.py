"""The HTTP collector's parts: what it accepts, how it keeps it, and when it says not now."""
