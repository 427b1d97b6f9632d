"""The record store: xAPI statements and state documents, kept as they were sent. It stands on core alone."""
