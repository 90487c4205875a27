"""Profiles are refused with the entry and the cure, not with a traceback from somewhere."""

import pytest

from nkd_pipeline.execution.profile import ProfileError, load_profile, profile_names
from nkd_pipeline.execution.steps import STEPS
from nkd_pipeline.studies.prompt_recovery.settings import PromptRecoverySettings


@pytest.mark.parametrize("name", profile_names())
def test_every_packaged_profile_has_a_stage_for_every_step(name):
    profile = load_profile(name)
    assert {asset: profile.stage(asset).backend for asset in STEPS}.keys() == STEPS.keys()


def test_a_home_overrides_single_values(tmp_path):
    (tmp_path / "settings.toml").write_text('[run]\nshard_size = 7\n[columns]\ndescription = "Werbetext"\n[faults]\nprompts = ["a1"]\n')
    profile = load_profile("sketch", tmp_path / "settings.toml")
    assert (profile.run.shard_size, profile.run.seed_mode) == (7, "article")
    assert profile.columns == {"description": "Werbetext"}
    assert profile.faults == {"prompts": frozenset({"a1"})}


def test_a_profile_takes_over_another_and_changes_what_it_names(tmp_path):
    (tmp_path / "own.toml").write_text('extends = "sketch"\ntitle = "Own"\n[stages.generated_images]\nsize = 256\n')
    profile, sketch = load_profile(str(tmp_path / "own.toml")), load_profile("sketch")
    assert (profile.title, profile.run) == ("Own", sketch.run)
    assert profile.stages["generated_images"] == sketch.stages["generated_images"] | {"size": 256}


def test_another_class_takes_over_no_settings_of_the_one_it_replaces(tmp_path):
    # "reason" of NotScored would be refused by any other class, and the profile that extends could not get rid of it
    (tmp_path / "own.toml").write_text('extends = "sketch"\n[stages.clip_scores]\nstage = "nkd_pipeline.rubric.judge:RubricJudge"\n')
    assert load_profile(str(tmp_path / "own.toml")).stages["clip_scores"] == {"stage": "nkd_pipeline.rubric.judge:RubricJudge"}


def test_a_home_puts_a_folder_in_place_of_a_hub_model(tmp_path):
    # how a machine without a network gets its weights; the hub model's commit must not stick to the folder
    (tmp_path / "settings.toml").write_text('[stages.clip_scores]\nmodel = "./clip"\n')
    entry = load_profile("flux", tmp_path / "settings.toml").stages["clip_scores"]
    assert (entry["model"], "revision" in entry) == (str(tmp_path / "clip"), False)


def test_a_setting_of_the_home_that_does_not_fit_the_profile_is_named_with_its_file(tmp_path):
    # settings made for the sketch stay behind when the home is used with real models
    (tmp_path / "settings.toml").write_text("[stages.generated_images]\nsize = 512\n")
    with pytest.raises(ProfileError, match=r"Profile flux with .*settings\.toml: \[stages\.generated_images\] size: Extra inputs"):
        load_profile("flux", tmp_path / "settings.toml").stage("generated_images")


def test_profiles_that_extend_each_other_are_named_with_their_circle(tmp_path):
    one, two = tmp_path / "one.toml", tmp_path / "two.toml"
    one.write_text('extends = "./two.toml"')
    two.write_text('extends = "./one.toml"')
    with pytest.raises(ProfileError, match=r"extends itself: .*one\.toml -> .*two\.toml -> .*one\.toml"):
        load_profile(str(one))


def test_folders_beside_the_profile_follow_it_wherever_it_is_read_from(tmp_path, monkeypatch):
    (tmp_path / "own.toml").write_text('extends = "sketch"\n[stages.generated_images]\nmodel = "./flux"\nloras = [{ model = "../lora" }]\n')
    monkeypatch.chdir("/")
    entry = load_profile(str(tmp_path / "own.toml")).stages["generated_images"]
    assert (entry["model"], entry["loras"][0]["model"]) == (str(tmp_path / "flux"), str(tmp_path.parent / "lora"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("[run]\nshard_sise = 3", r"\[run\] shard_sise", id="a typing error in a setting"),
        pytest.param("[run]\nworkers = -1", r"workers: .*greater than or equal to 0", id="a number out of range"),
        pytest.param("[stage.x]\n", "unknown table stage", id="a typing error in a table"),
        pytest.param("[run", "not valid TOML", id="no TOML"),
    ],
)
def test_a_wrong_profile_names_what_is_wrong(tmp_path, text, says):
    file = tmp_path / "own.toml"
    file.write_text(text)
    with pytest.raises(ProfileError, match=says):
        load_profile(str(file))


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        pytest.param('stage = "nkd_pipeline.nowhere:X"', "cannot be imported", id="no such module"),
        pytest.param('stage = "nkd_pipeline.metrics.not_scored:Nothing"', "cannot be imported", id="no such class"),
        pytest.param('stage = "nkd_pipeline.metrics.not_scored:NotScored"\nreson = "x"', "reson", id="unknown setting"),
        pytest.param("reason = 'x'", "needs stage", id="no class"),
    ],
)
def test_a_wrong_stage_is_named_with_its_table(tmp_path, entry, says):
    file = tmp_path / "own.toml"
    file.write_text(f"[stages.clip_scores]\n{entry}\n")
    with pytest.raises(ProfileError, match=rf"\[stages\.clip_scores\].*{says}"):
        load_profile(str(file)).stage("clip_scores")


def test_an_unknown_profile_lists_those_there_are():
    with pytest.raises(ProfileError, match=r"No profile is called flex.*sketch"):
        load_profile("flex")


def test_a_study_has_settings_of_its_own_and_a_typing_error_in_them_is_named(tmp_path):
    (tmp_path / "settings.toml").write_text("[studies.prompt_recovery]\nround = 2\n")
    profile = load_profile("sketch", tmp_path / "settings.toml")
    assert profile.study("prompt_recovery")["round"] == 2
    assert profile.study("no such study") == {}
    with pytest.raises(ProfileError, match=r"settings\.toml: \[studies\.prompt_recovery\] round: Extra inputs"):
        profile.study_settings("prompt_recovery", PromptRecoverySettings)


def test_a_run_adds_what_it_found_out_to_a_stages_settings():
    assert load_profile("sketch").stage("generated_images", size=64).fingerprint()["settings"]["size"] == 64
