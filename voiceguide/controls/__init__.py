"""The ways to ask for something: each only puts commands into the player's queue."""
