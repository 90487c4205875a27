"""What people look at: the gallery of a shard, its statistics, and the index of all galleries."""
