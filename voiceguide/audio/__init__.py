"""Sound as samples: clips, reading files into them, levels, limiting and stretching; and the sound devices."""
