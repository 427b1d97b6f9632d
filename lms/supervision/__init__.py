"""What a supervisor sees of their team, and the word of thanks."""
