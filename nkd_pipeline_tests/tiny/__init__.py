"""Tiny checkpoints of every model class that the pipeline uses: real files, real formats, a few hundred thousand parameters."""
