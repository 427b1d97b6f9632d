"""Learning itself: the player, sessions, and the gate that may refuse a statement."""
