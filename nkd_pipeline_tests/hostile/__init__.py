"""Deliveries that are damaged, careless or meant to do harm, and what must come of each. `python -m nkd_pipeline_tests.hostile` prints the table."""
