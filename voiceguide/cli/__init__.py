"""The command line: thin commands that wire the packages together, print, and ask questions."""

from voiceguide.cli.program import main, program

__all__ = ["main", "program"]
