"""The Dagster assets of the main flow, one file each."""
