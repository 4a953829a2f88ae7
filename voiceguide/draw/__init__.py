"""Drawings: a few shapes in a coordinate space, painted as SVG or PNG."""
