"""Playing a session: the one place that waits, what is on the output right now, and what really happened."""
