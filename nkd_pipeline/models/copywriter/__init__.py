"""Copywriters: product descriptions from a product's attributes, each of which the description must state."""
