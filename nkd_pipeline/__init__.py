"""Catalog pictures for fashion articles, from delivery file to released image."""
