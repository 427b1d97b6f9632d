"""The record store: xAPI statements and documents, kept as they were sent. It stands on core alone and can be served alone."""
