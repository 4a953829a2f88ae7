"""What is kept for the listener: settings, pronunciations, history, and the bookmark of an unfinished session."""
