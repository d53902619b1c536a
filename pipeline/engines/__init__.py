"""The heavy step behind one interface: rollups for hours, from the request log to the lake."""
