"""The question bank, attempts and scoring. The key never leaves the server."""
