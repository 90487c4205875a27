"""Study: what a product is like, read from its picture by a model that answers questions."""
