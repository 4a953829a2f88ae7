"""A technique as a leaflet to print: what its script says, with doses as a person would write them."""

from voiceguide.leaflet.model import Dose, Leaflet, LeafletEntry, Section
from voiceguide.leaflet.steps import leaflet

__all__ = ["Dose", "Leaflet", "LeafletEntry", "Section", "leaflet"]
