"""`python -m pipeline` is `podium`."""

from pipeline.cli import main

main()
