"""What tests have in common, and the programs beside them: servers, a browser, random scripts, runs of the program."""
