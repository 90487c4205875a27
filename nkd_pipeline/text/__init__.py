"""German texts in, prompts out: pure text, no models."""
