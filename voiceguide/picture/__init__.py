"""A session as a picture: its lanes on a time axis, and its cover."""
