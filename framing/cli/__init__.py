"""Command line: what the functions do, as commands; `framing --help` lists them."""

from framing.cli.commands import main as main
