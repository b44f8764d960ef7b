"""The township's ledgers: which books there are, what stands in them, and what follows from it. Pure."""
