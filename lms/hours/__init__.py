"""The learning-hours (JP) ledger in minutes: append-only, corrected by counter-entry, under dated rules."""
