"""The model comparison in a few seconds: four small variants of the sketch, two pictures each."""

COMPARISON = """
[studies.models]
pictures = 2
reference = "drawn"

[[studies.models.candidates]]
name = "plain"
stage = { stage = "nkd_pipeline.sketch.stage:SketchArtist", size = 256 }

[[studies.models.candidates]]
name = "second-object"
stage = { stage = "nkd_pipeline.studies.model_comparison.variants:SketchVariant", size = 256, defect = "second object" }

[[studies.models.candidates]]
name = "by-heart"
stage = { stage = "nkd_pipeline.studies.model_comparison.variants:SketchVariant", size = 1024, seed = 0 }

[[studies.models.candidates]]
name = "broken"
stage = { stage = "nkd_pipeline.studies.model_comparison.variants:SketchVariant", defect = "no such defect" }
"""


def candidate(stage="{}", more=""):
    """One candidate alone, in place of those of the profile, and more settings of the study."""
    return f'[studies.models]\npictures = 2\n{more}\n[[studies.models.candidates]]\nname = "one"\nstage = {stage}\n'
