"""The script that `voiceguide new` writes: it plays as it is, and its notes say what can be changed."""

from __future__ import annotations

_STARTER = """\
---
title: {title}
language: en
tools: nothing but your hands
settle: 15s
daily: 3
---

<!--
The words are spoken, the brackets are timing. Notes like this one are not spoken.

voiceguide check {file} --watch      says what is wrong, and lists the session, whenever you save
voiceguide play {file}
-->

> [!CAUTION]
> Stop at once if you feel sharp pain, numbness or tingling.

Sit or lie down so that you are comfortable. [settle 10s]

<!-- A line with two # signs begins a part: a chapter in players. -->

## Find the spot

<!-- It waits until you press Enter, at most 30 seconds. An exported file waits the whole time. -->

1. Feel your way to a spot that is sore. [until ready, 30s]

<!--
Everything in this part is done three or four times: three, unless you ask for more, or for a total time (--fit 5m).
[again: …] are the short words from the second time on, [release: …] what to do when the hold ends.
-->

## Press [3-4 times]

1. Press it gently for {{hold}}. [hold 20s] [at half: Keep breathing.]
   [again: Press.] [release: Let go slowly.] [rest 5s]

<!-- Left, then right, the full time on each, with time to change over in between. -->

## Loosen up [each side] [switch 5s]

1. Lift your {{side}} shoulder, and leave the {{other side}} one. [move 3s] [2 times] [again: Lift it.]
2. Let it sink. [rest 5s]

## Rest

1. Stay as you are, and let your breath grow slow. [rest 10s]

That was all.
"""


def starter(name: str) -> str:
    """Return the text of a new script called `name`, to be saved as `name.md`."""
    title = " ".join(name.replace("-", " ").replace("_", " ").split())
    return _STARTER.format(title=title[:1].upper() + title[1:], file=f"{name}.md")
