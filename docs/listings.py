"""Write listings.md: what `check` and `show --explain` print for voiceguide's own techniques.

python docs/listings.py
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

FILE = Path(__file__).with_name("listings.md")
OPENING = """\
# What becomes of the techniques

`voiceguide check` reads a script and says whether it can be played. `voiceguide show` prints when everything happens:
each word, hold and chime with its moment, and, on the right, the line of the script that it comes from. What is
indented happens inside the hold, or at the end of the interval, above it. The lines that begin with a dot come from
`--explain`: each names something that isn't done as the script says, and why.

The moments are those of one voice at its own speed. In another voice the words take more or less time, and everything
after them moves; the holds stay as they are.
"""

SHOWN = (
    ("foam-roller", ("--explain",), "There are no ranges here; the last three seconds of the hold are counted."),
    (
        "hands",
        ("--explain", "--fit", "8m30s", "--pace", "slow"),
        "Fitted to eight and a half minutes at a slow pace: the repeats fill the time that the pace leaves.",
    ),
    (
        "massage-balls",
        ("--explain", "--guidance", "remind"),
        "For a listener who knows it: names of parts are not said, and words that were said before are shortened.",
    ),
)


def document() -> str:
    """Return the text of listings.md."""
    return "\n".join((OPENING, *(_section(*shown) for shown in SHOWN)))


def _section(name: str, options: tuple[str, ...], about: str) -> str:
    blocks = (_block("check", name), _block("show", name, *options))
    return f"## {name}\n\n{about}\n\n" + "\n".join(blocks)


def _block(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "voiceguide", *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=True
    )
    return f"```\n$ voiceguide {' '.join(arguments)}\n{done.stdout.decode()}```\n"


def main() -> None:
    """Write the file, in the system's voice, which is always there."""
    with TemporaryDirectory() as folder:
        settings = Path(folder, "voiceguide", "config.toml")
        settings.parent.mkdir()
        settings.write_text('voice = "gmw/en-us"\n')
        os.environ["XDG_CONFIG_HOME"] = folder
        FILE.write_text(document(), encoding="utf-8")


if __name__ == "__main__":
    main()
