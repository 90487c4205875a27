"""English prompts and captions read back into attributes."""
