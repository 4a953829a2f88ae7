"""The techniques by name, and the script that a new author starts from."""
