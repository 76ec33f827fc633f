"""Command line by ``python -m framing``."""

from framing.cli import main

main(prog_name="framing")
