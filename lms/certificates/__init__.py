"""Certificates: signed once, checked by anyone, with or without a connection."""
