"""Running stages: batches, isolation, resuming, flushing, devices."""
