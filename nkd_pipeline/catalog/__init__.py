"""Deliveries in: from an Excel or CSV file to clean typed rows, and how they are cut into shards."""
