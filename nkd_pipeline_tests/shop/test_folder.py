"""The pack's folder is replaced as a whole, and only a pack's folder is."""

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from nkd_pipeline.shop import packing
from nkd_pipeline.shop.folder import PackError
from nkd_pipeline.shop.pack import write_pack
from nkd_pipeline_tests.shop.homes import RELEASED, SHARD, contents, state


def test_a_folder_with_other_files_is_never_replaced(opened, out):
    out.mkdir()
    (out / "holiday.jpg").write_bytes(b"dear to somebody")
    with pytest.raises(PackError, match=r"no pack has put there: holiday\.jpg\. Move them away"):
        write_pack(opened(), [SHARD], out)
    assert contents(out) == {"holiday.jpg": b"dear to somebody"}
    (out / "holiday.jpg").unlink()
    write_pack(opened(), [SHARD], out)
    (out / "images" / "holiday.jpg").write_bytes(b"dear to somebody")
    with pytest.raises(PackError, match=r"images/holiday\.jpg"):
        write_pack(opened(sizes="[64]"), [SHARD], out)


@pytest.mark.parametrize("place", ["home", "home/settings.toml"])
def test_a_home_is_never_replaced(opened, tmp_path, place):
    with pytest.raises(PackError):
        write_pack(opened(), [SHARD], tmp_path / place)
    assert (tmp_path / "home" / "settings.toml").exists()


def test_a_run_that_breaks_leaves_the_pack_as_it_was(opened, out, monkeypatch):
    write_pack(opened(), [SHARD], out)
    before = state(out)

    def full_disk(path, data):
        if path.name == "T-3_64.jpg":
            raise OSError(28, "No space left on device")
        path.write_bytes(data)

    monkeypatch.setattr(packing, "write_durably", full_disk)
    with pytest.raises(PackError, match="No space left on device"):
        write_pack(opened(sizes="[64]"), [SHARD], out)
    assert state(out) == before
    assert sorted(path.name for path in out.parent.glob(".*")) == []


KILLED_AFTER_THE_FIRST_RENAME = """
import os, pathlib, signal, sys
rename = pathlib.Path.rename
pathlib.Path.rename = lambda *paths: (rename(*paths), os.kill(os.getpid(), signal.SIGKILL))
from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.shop.pack import write_pack
write_pack(Workspace.open(sys.argv[1]), [sys.argv[2]], pathlib.Path(sys.argv[3]))
"""


def test_a_run_killed_between_the_two_renames_loses_nothing(opened, shop_home, out):
    write_pack(opened(), [SHARD], out)
    before = contents(out)
    opened(sizes="[64]")
    killed = subprocess.run([sys.executable, "-c", KILLED_AFTER_THE_FIRST_RENAME, shop_home, SHARD, out], check=False)
    assert (killed.returncode, out.exists()) == (-signal.SIGKILL, False)
    assert not write_pack(opened(), [SHARD], out).written  # the pack of before is back, whole
    assert contents(out) == before
    assert list(out.parent.glob(".*")) == []


def test_a_link_stays_a_link(opened, out, tmp_path):
    real = tmp_path / "elsewhere" / "pack"
    real.mkdir(parents=True)
    out.symlink_to(real)
    write_pack(opened(), [SHARD], out)
    assert out.is_symlink()
    assert (real / "manifest.json").exists()


def test_two_runs_at_once_leave_one_whole_pack(opened, out):
    workspaces = [opened(sizes=sizes) for sizes in ("[256]", "[128]")]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda workspace: write_pack(workspace, [SHARD], out), workspaces))
    names = {path.name for path in out.glob("images/*")}
    assert names in ({f"{name}_256.jpg" for name in RELEASED}, {f"{name}_128.jpg" for name in RELEASED})
    subprocess.run(["sha256sum", "--check", "--status", "checksums.sha256"], cwd=out, check=True)
