"""One file per type of content."""
