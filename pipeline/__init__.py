"""Podium: model rankings from an LLM gateway's request logs."""
