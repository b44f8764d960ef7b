"""The machine: everything that touches network, database or clock."""
