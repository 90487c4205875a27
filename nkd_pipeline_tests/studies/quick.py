"""Studies small enough for a test: a few articles, models of some thousand weights, two epochs."""

from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.studies.common.running import StudyRun, study_workspace

SETTINGS = """
[run]
workers = 1

[studies.prompt_improvement]
count = 40
held_out_share = 0.3
improved = 6
pictures = 3
compared = 2

[studies.prompt_improvement.training]
epochs = 2
longest = 40
small = { width = 16, layers = 1, heads = 2, words = 200 }

[stages.improved_prompts]
min_tokens = 4
max_tokens = 24

[stages.improved_images]
size = 256

[stages.generated_images]
size = 256

[studies.prompt_recovery]
count = 16
held_out = 3
drifting = 2
rounds = 2

[studies.prompt_recovery.training]
epochs = 2
max_tokens = 12
small = { edge = 32, patch = 16, width = 16, heads = 2, vision_layers = 1, text_layers = 1 }

[stages.recovery_images]
size = 128

[stages.recovered_prompts]
max_tokens = 12

[studies.descriptions]
cells = 4
shots = 2

[stages.description_images]
size = 192

[studies.legacy_prompts]
count = 12
pictures = 3
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
