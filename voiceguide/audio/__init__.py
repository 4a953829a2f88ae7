"""Sound as samples: clips, files read into them, levels, limiting and stretching; and the devices that carry it."""
