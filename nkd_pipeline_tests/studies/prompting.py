"""The two studies of prompting, small enough for a test."""

from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.studies.common.running import StudyRun, study_workspace

SETTINGS = """
[run]
workers = 1

[studies.descriptions]
cells = 4
shots = 2

[stages.descriptions]
stage = "nkd_pipeline.models.describing.template:TemplateDescriber"

[stages.description_images]
stage = "nkd_pipeline.sketch.from_text:SketchOfText"
size = 192

[studies.legacy_prompts]
count = 12
pictures = 3

[stages.legacy_prompts]
stage = "nkd_pipeline.models.legacy_prompting.stage:LegacyPromptWriter"

[stages.generated_images]
size = 256
"""


def quick_run(home, name, more=""):
    """A study in a home, as an asset gets it."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "settings.toml").write_text(SETTINGS + more)
    main = Workspace.open(str(home))
    return StudyRun(main, study_workspace(main, name))


def run_steps(run, *steps):
    """Runs steps one after the other and returns what each made."""
    return [step(run) for step in steps]
