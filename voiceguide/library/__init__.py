"""The techniques by name, and the script that an author begins with."""
