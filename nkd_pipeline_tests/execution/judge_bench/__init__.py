"""The bench that measures the judges."""
