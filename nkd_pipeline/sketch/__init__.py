"""The embedded renderer: an article's attributes become a studio-like picture of the garment, drawn in code without any model."""
