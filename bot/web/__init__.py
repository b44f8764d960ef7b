"""HTTP: the webhook and the demo page."""
