"""Statements become progress and completion: a fold that can be thrown away and rebuilt to the same rows."""
