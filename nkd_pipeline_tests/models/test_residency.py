"""Models stay while they fit; the least recently used make room; memory that is let go is really free."""

import gc
import threading
import weakref
from pathlib import Path

import pytest

from nkd_pipeline.models import residency
from nkd_pipeline.models.device import free_bytes
from nkd_pipeline.models.residency import HEADROOM, MARGIN, Residents, weight_bytes

GB = 1_000_000_000


class Model:
    """Stands for weights of a size on a pretended device, which they leave when they are collected."""

    def __init__(self, device, size):
        device.used += size
        weakref.finalize(self, device.release, size)


class Device:
    def __init__(self, total):
        self.total, self.used, self.loaded = total, 0, []
        self.residents = Residents(lambda: self.total - self.used)

    def release(self, size):
        self.used -= size

    def get(self, key, size):
        """A weak reference, as a stage holds its model for no longer than it runs."""

        def load():
            self.loaded.append(key)
            return Model(self, size)

        return weakref.ref(self.residents.get(key, size, load))


def test_what_fits_is_loaded_once():
    device = Device(40 * GB)
    first = device.get("phi3", 8 * GB)
    device.get("clip", 1 * GB)
    assert device.get("phi3", 8 * GB)() is first()
    assert device.loaded == ["phi3", "clip"]


def test_the_least_recently_used_go_and_no_more_of_them_than_needed():
    device = Device(20 * GB)
    marian, phi3, clip = device.get("marian", 1 * GB), device.get("phi3", 8 * GB), device.get("clip", 2 * GB)
    device.get("marian", 1 * GB)  # used again: phi3 is the oldest now
    sdxl = device.get("sdxl", 10 * GB)
    assert [model() is None for model in (marian, phi3, clip, sdxl)] == [False, True, False, False]
    assert device.used == 13 * GB


def test_room_is_made_for_more_than_the_bare_weights():
    # a model that fits to the byte would die at its first batch
    device = Device(10 * GB)
    device.get("small", 1 * GB)
    device.get("tight", int((9 * GB - HEADROOM) / MARGIN) + 1)
    assert len(device.loaded) == 2
    assert device.used < 9 * GB


def test_a_model_too_large_for_the_device_has_it_to_itself():
    device = Device(12 * GB)
    device.get("phi3", 8 * GB)
    flux = device.get("flux", 34 * GB)  # its own memory plan knows how to live with that
    assert flux() is not None
    assert device.used == 34 * GB


def test_a_load_that_fails_leaves_nothing_and_is_tried_again():
    residents, attempts = Residents(lambda: 10 * GB), []

    def load():
        attempts.append(1)
        if len(attempts) == 1:
            raise OSError("disk gone")
        return "model"

    with pytest.raises(OSError, match="disk gone"):
        residents.get("key", GB, load)
    assert residents.get("key", GB, load) == "model"


def test_threads_that_want_the_same_model_wait_for_one_load():
    residents, loads = Residents(lambda: 10 * GB), []
    started = threading.Barrier(4)

    def load():
        loads.append(threading.get_ident())
        return object()

    def work(found):
        started.wait()
        found.append(residents.get("key", GB, load))

    found = []
    threads = [threading.Thread(target=work, args=(found,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(loads) == 1
    assert len({id(model) for model in found}) == 1


def test_release_all_forgets_everything():
    device = Device(40 * GB)
    device.get("phi3", 8 * GB)
    device.residents.release_all()
    assert device.used == 0


def test_real_models_are_shared_by_stages_and_leave_memory(tiny):
    from transformers import AutoModelForSeq2SeqLM, CLIPModel

    free = [free_bytes("cpu")]
    residents = Residents(lambda: free[0])

    def load(kind, name):
        folder = tiny / name
        return residents.get((kind.__name__, name), weight_bytes(folder), lambda: kind.from_pretrained(folder, local_files_only=True))

    marian = weakref.ref(load(AutoModelForSeq2SeqLM, "marian"))
    assert load(AutoModelForSeq2SeqLM, "marian") is marian()  # the second stage object
    clip = weakref.ref(load(CLIPModel, "clip"))
    assert marian() is not None
    free[0] = 0  # now nothing fits beside anything
    load(CLIPModel, "clip")
    assert marian() is not None  # what is resident needs no room
    residents.get("large", GB, lambda: "large")
    gc.collect()
    assert (marian(), clip()) == (None, None)


def test_all_stages_of_a_process_share_the_same_residents():
    assert residency.resident.__self__ is residency.release_all.__self__


def test_free_memory_of_the_cpu_is_what_the_kernel_calls_available():
    fields = dict(line.split(":") for line in Path("/proc/meminfo").read_text().splitlines())
    assert free_bytes("cpu") == pytest.approx(int(fields["MemAvailable"].split()[0]) * 1024, rel=0.05)
