"""Prompt improvement: a model learns to make long prompts of short ones (E. Adkins, "Improving Text to Image Prompts Using FLAN-T5", UCF)."""
