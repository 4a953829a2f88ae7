"""From a voice to clips that are alike: recorded once, mastered, and kept on disk within bounds."""
