"""Spoken commands: from a microphone's samples to the names of commands. Runs in a process of its own."""

RATE = 16_000
"""Samples a second of everything that the ear hears, which is what Whisper was trained on."""
