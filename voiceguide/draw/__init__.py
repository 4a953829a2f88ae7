"""Drawings: a few shapes in a coordinate space, and how they are painted, as SVG or as PNG."""
