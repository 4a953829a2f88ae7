"""From a voice to clips that sound alike: recorded once, mastered, and kept on disk within bounds."""
