"""What is known: entries, statutes and matching. Pure: text in, decision out.

Nothing in this package imports the bot, the handlers, SQLAlchemy, a web framework or an HTTP client.
"""
