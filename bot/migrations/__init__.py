"""Alembic's migrations, run by `legalbot migrate` and, on SQLite, at every start."""
