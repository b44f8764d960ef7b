"""HTTP: the webhook, and accounts of the workbench."""
