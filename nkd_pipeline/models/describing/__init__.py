"""Describing garments for a style and an occasion: ways of asking, and writers of three kinds behind the same interface."""
