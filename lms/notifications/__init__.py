"""What to tell whom, and how."""
