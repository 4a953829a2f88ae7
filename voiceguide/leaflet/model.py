"""A leaflet as frozen data; all text is plain, and is escaped by what lays it out."""

from __future__ import annotations

from dataclasses import dataclass


class Dose(str):
    """How long, or how many times; it is set apart from the words around it."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class LeafletEntry:
    """One step: words and doses in the order in which they are read, and the steps below it.

    A `safety` line is among the steps, but has no number.
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
    """One technique. `facts` are short sentences below the title; `leave` says how to stop early.

    `safety_title`, `leave_title` and `listen_title` are headings in the leaflet's language.
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
