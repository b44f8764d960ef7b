"""Records and the queries over them. Stores never commit: dispatch, delivery and the endpoints do."""
