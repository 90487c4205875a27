"""The study of attributes small enough for a test: a few sketches, a model of some thousand weights, two epochs."""

SETTINGS = """
[studies.attributes]
count = 20
fewest = 4
held_out = 0.25

[studies.attributes.training]
seeing = { passes = 2 }
epochs = 2
learning_rate = 3e-3
batch_size = 4
accumulation = 1
gradient_checkpointing = false
small = { edge = 32, patch = 16, width = 16, heads = 2, vision_layers = 1, queries = 4, query_layers = 1, text_width = 16, text_layers = 1 }

[stages.attribute_images]
size = 64

[stages.predicted_attributes]
longest_answer = 8
"""
