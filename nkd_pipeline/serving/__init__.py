"""Stages behind HTTP: who needs one answer at once asks here, and questions that come together are computed together."""
