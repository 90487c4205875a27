"""The house CLIP: a small open_clip model that is trained on the project's own sketches, to score and probe them. It knows nothing of photos."""
