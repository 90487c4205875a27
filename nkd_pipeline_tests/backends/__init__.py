"""What a home and its Dagster instance can stand on: SQLite and a folder, Postgres and an object store, a Ray cluster."""
