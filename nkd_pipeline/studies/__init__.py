"""The research flows: each from data to a trained model to a report, in a home of its own below the home."""
