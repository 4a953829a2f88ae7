"""What an installed package can add, by name: voice engines, outputs and export formats.

A registry's own entries and those of other packages are written alike, `module:attribute`, as in entry points, and are
imported only when they are used. Other packages are only searched for a name that isn't voiceguide's own, or when all
names are wanted: finding out what is installed takes longer than everything else that happens at the start.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

from voiceguide.base.errors import UnknownNameError, UsageError, shortened


class Registry:
    """The things of one `kind` by name: the `built_in` ones, and the entry points of `group`."""

    def __init__(self, kind: str, group: str, built_in: Mapping[str, str]) -> None:
        self.kind = kind
        self.group = group
        self.built_in = built_in

    def names(self) -> list[str]:
        """Return all names, voiceguide's own first."""
        return list(dict.fromkeys((*self.built_in, *self.added())))

    def added(self) -> dict[str, str]:
        """Return the references of other packages by name; none can take a name of voiceguide's own."""
        from importlib.metadata import entry_points

        found = {entry.name: entry.value for entry in entry_points(group=self.group)}
        return {name: value for name, value in sorted(found.items()) if name not in self.built_in}

    def knows(self, name: str) -> bool:
        """Tell whether something has this name."""
        return name in self.built_in or name in self.added()

    def check(self, name: str) -> None:
        """Raise UnknownNameError if nothing has this name."""
        if not self.knows(name):
            raise UnknownNameError(self.kind, name, self.names())

    def load(self, name: str) -> Any:
        """Import and return what is called `name`. Raises UnknownNameError, or UsageError if it can't be imported."""
        if name in self.built_in:
            return _imported(self.built_in[name])
        self.check(name)
        try:
            return _imported(self.added()[name])
        except (ImportError, AttributeError) as error:
            problem = shortened(str(error), 200)
            raise UsageError(f"the {self.kind} ‘{shortened(name)}’ can’t be loaded ({problem}); reinstall it") from None

    def load_added(self) -> Iterator[Any]:
        """Yield what other packages add, importing one after the other. Raises UsageError if one can't be imported."""
        for name in self.added():
            yield self.load(name)


def _imported(reference: str) -> Any:
    module, _, attribute = reference.partition(":")
    found = import_module(module.strip())
    return getattr(found, attribute.strip()) if attribute else found
