"""What every other floor stands on: errors, time, paths, and files that appear whole or not at all."""
