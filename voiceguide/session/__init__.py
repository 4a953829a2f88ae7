"""A session: some techniques, in one voice, as a listener wants them; laid out at any speed and rendered to PCM."""
