"""Asah: what civil servants learn, kept as xAPI statements and tied to their competency records."""

__version__ = "0.1.0"
