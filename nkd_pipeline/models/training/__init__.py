"""Training of sequence models with transformers' Trainer: the same for the prompt improver and the captioner.

`fitting.fit` trains, goes on where a killed training stopped, and leaves a finished model folder with its card.
"""
