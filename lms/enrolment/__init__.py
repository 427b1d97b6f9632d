"""Places on courses: taken, assigned, left."""
