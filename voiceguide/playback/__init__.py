"""Playing a session: the rules, the one place that waits, and what really happened."""
