"""Which dropped files are taken in, whatever people and copy programs do with them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from nkd_pipeline.automation.incoming import Memory, look


class Folder:
    """A folder in memory that is looked at as the sensor does, with its memory as text in between."""

    def __init__(self):
        self.files, self.cursor, self.clock = {}, None, 0

    def write(self, name, content):
        self.clock += 1
        self.files[name] = (content, self.clock)

    def look(self):
        states = {name: f"{len(content)}:{when}" for name, (content, when) in self.files.items()}
        seen = look(Memory.parse(self.cursor), states, lambda name: self.files[name][0], lambda name: name.partition(".")[0])
        self.cursor = seen.memory.text()
        return seen

    def settle(self):
        """Two looks: what was taken in, by file and catalog."""
        found = {}
        for _ in range(2):
            found |= {name: held.catalog for name, held in self.look().new.items()}
        return found


@pytest.fixture
def folder():
    made = Folder()
    made.write("herbst.csv", "a")
    assert made.settle() == {"herbst.csv": "herbst"}
    return made


def test_a_growing_file_waits(folder):
    folder.write("winter.csv", "b")
    assert folder.look().growing == ("winter.csv",)
    folder.write("winter.csv", "bb")
    assert not folder.look().new
    assert list(folder.look().new) == ["winter.csv"]
    assert folder.settle() == {}


def test_the_same_file_copied_again_is_not_taken_in_twice(folder):
    folder.write("herbst.csv", "a")
    assert folder.settle() == {}


def test_a_copy_under_another_name_is_not_taken_in(folder):
    folder.write("herbst - Kopie.csv", "a")
    folder.look()
    assert folder.look().known == {"herbst - Kopie.csv": "herbst.csv"}


def test_a_changed_file_is_taken_in_for_its_catalog(folder):
    folder.write("herbst.csv", "b")
    assert folder.settle() == {"herbst.csv": "herbst"}


def test_a_renamed_file_is_not_taken_in_and_stays_its_catalogs_delivery(folder):
    folder.files["herbst_neu.csv"] = folder.files.pop("herbst.csv")
    assert folder.settle() == {}
    folder.write("herbst_neu.csv", "b")
    assert folder.settle() == {"herbst_neu.csv": "herbst"}  # under its own name all articles would be there twice


def test_a_file_put_aside_gives_its_catalog_to_its_successor(folder):
    # mv herbst.csv alt.csv; cp new herbst.csv
    folder.files["alt.csv"] = folder.files.pop("herbst.csv")
    folder.write("herbst.csv", "b")
    assert folder.settle() == {"herbst.csv": "herbst"}
    folder.write("alt.csv", "c")
    assert folder.settle() == {"alt.csv": "alt"}


def test_a_file_that_comes_back_is_known(folder):
    gone = folder.files.pop("herbst.csv")
    assert folder.settle() == {}
    folder.files["herbst.csv"] = gone
    assert folder.settle() == {}


NAMES, CONTENTS = st.sampled_from(["a.csv", "b.csv", "c.csv"]), st.sampled_from(["1", "22", "333"])


class AnyOrder(RuleBasedStateMachine):
    """Files are written, removed and renamed in any order between looks."""

    def __init__(self):
        super().__init__()
        self.folder, self.taken = Folder(), []

    @rule(name=NAMES, content=CONTENTS)
    def write(self, name, content):
        self.folder.write(name, content)

    @rule(name=NAMES)
    def remove(self, name):
        self.folder.files.pop(name, None)

    @rule(old=NAMES, new=NAMES)
    def rename(self, old, new):
        if old in self.folder.files:
            self.folder.files[new] = self.folder.files.pop(old)

    @rule()
    def look(self):
        self.taken += [(name, self.folder.files[name][0]) for name in self.folder.look().new]

    @invariant()
    def nothing_there_is_forgotten(self):
        # once it has been quiet for two looks, everything that lies there has been taken in some time, under whatever name
        folder = Folder()
        folder.files, folder.cursor = dict(self.folder.files), self.folder.cursor
        settled = {self.folder.files[name][0] for name in folder.settle()}
        assert {content for content, _ in folder.files.values()} <= settled | {content for _, content in self.taken}
        assert folder.settle() == {}


TestAnyOrder = AnyOrder.TestCase


@given(st.dictionaries(st.text(), st.tuples(st.text(), st.text())))
def test_the_memory_survives_as_text(taken):
    files = Folder()
    for name, (content, _) in taken.items():
        files.write(name, content)
    memory = files.look().memory
    assert Memory.parse(memory.text()) == memory
