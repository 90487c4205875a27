"""Prompt improvement: a T5 model that makes a detailed prompt of a short one, trained on pairs of both.

After "Improving Text to Image Prompts Using FLAN-T5" (E. Adkins, UCF), with a penalty for styles and artists that the short prompt does not name.
"""
