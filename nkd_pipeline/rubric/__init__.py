"""The nine-aspect rubric: what is measured on a picture, which measures cost points, and the verdict."""
