"""The command line: thin commands that wire the rooms together, print, and ask."""

from voiceguide.cli.program import main, program

__all__ = ["main", "program"]
