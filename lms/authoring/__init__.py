"""The studio: courses brought in, looked at, read by a second person, published, and who is where on them."""
