"""A leaflet as flat frozen data; all text is plain, for whoever lays it out to escape."""

from __future__ import annotations

from dataclasses import dataclass


class Dose(str):
    """How long, or how often: set apart from the words around it."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class LeafletEntry:
    """One step: words and doses in the order in which they are to be read, and the steps below it.

    A `safety` line stands among the steps without a number.
    """

    words: tuple[str, ...]
    entries: tuple[LeafletEntry, ...] = ()
    safety: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the technique; what comes before the first part has no title."""

    title: str
    dose: str
    entries: tuple[LeafletEntry, ...]


@dataclass(frozen=True, slots=True)
class Leaflet:
    """One technique. `facts` are short sentences below the title; `leave` is how to stop early.

    `safety_title`, `leave_title` and `listen_title` say what these are in the leaflet's language.
    """

    title: str
    language: str
    facts: tuple[str, ...]
    safety_title: str
    safety: tuple[str, ...]
    sections: tuple[Section, ...]
    closing: tuple[str, ...]
    leave_title: str
    leave: str | None
    listen_title: str
