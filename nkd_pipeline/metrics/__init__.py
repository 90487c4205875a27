"""Numbers about pictures and texts."""
