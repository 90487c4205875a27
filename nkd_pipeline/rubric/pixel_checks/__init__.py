"""Numbers that can be measured on the pixels alone, one file a subject. None of them judges: the thresholds stand in `aspects.toml`."""
