"""Looking after the installation: what is well, what waits, who did what; and the demo agency."""
