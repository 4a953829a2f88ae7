"""Spoken commands: from a microphone's samples to the names of commands. Runs in a process of its own."""
