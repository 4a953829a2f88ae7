"""What belongs to the listener and is kept for them: settings, pronunciations, history, and an unfinished session."""
