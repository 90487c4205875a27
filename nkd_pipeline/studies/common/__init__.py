"""What all studies share: their home, running stages and trainings in it, what Dagster is told, the report's page."""
