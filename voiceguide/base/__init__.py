"""What every floor stands on: errors, time, places on disk, and files that appear whole or not at all."""
