"""Bringing the outbox to residents and advisers: a ladder of channels, each a small class in a file of its own."""
