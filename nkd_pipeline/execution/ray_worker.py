"""A process of a Ray cluster that computes batches: for one stage after another, with the models of the last ones still loaded."""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import os
import pickle
import socket
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from nkd_pipeline.execution.engine import Batch, Computed, LoadError, as_row_error, compute, load
from nkd_pipeline.execution.hashing import fingerprint_of
from nkd_pipeline.records import EvidencedImage, JudgedImage
from nkd_pipeline.stage import RowError, Stage
from nkd_pipeline.storage.places import is_remote, place, read_bytes

_log = logging.getLogger(__name__)


class StageWorker:
    """The actor. Errors are returned, not raised: Ray would wrap them, and take one that cannot be pickled for its own."""

    def __init__(self, device: str) -> None:
        # before a model library is imported; what the node's processes inherited speaks of the machine that started the run
        os.environ["NKD_DEVICE"] = device

    def load(self, pickled: bytes, fingerprint: str, orders: Sequence[Any]) -> str | LoadError:
        """Makes the pickled stage the one that is computed for, and lets it look at the orders. Returns the id of this node, or a LoadError."""
        import ray

        try:
            stage: Stage[Any, Any] = pickle.loads(pickled)  # noqa: S301 - from the process that started the run
            here = fingerprint_of(stage)
        except Exception as error:  # noqa: BLE001 - a module or a model that is not on this node
            return LoadError(f"On {socket.gethostname()}: {error}. Each node needs the same package and models as the machine that starts the run.")
        if here != fingerprint:
            return LoadError(f"{socket.gethostname()} has another version of {stage.backend}. Install the same package and models on all nodes.")
        try:
            load(stage)
        except LoadError as error:
            return LoadError(f"On {socket.gethostname()}: {error}")
        self._stage = stage
        try:
            stage.prepare(orders)
        except Exception:  # noqa: BLE001 - whatever it is, it comes up again with the row that causes it
            _log.warning("%s: preparing all rows at once failed; they go batch by batch", stage.backend, exc_info=True)
        return str(ray.get_runtime_context().get_node_id())

    def compute(self, batch: Batch[Any], pictures: Mapping[str, bytes]) -> Computed[Any] | RowError:
        """Computes a batch; `pictures` are files that its orders name, by path, which this node cannot read."""
        with _unpacked(pictures) as files:
            started = time.process_time()
            try:
                computed = compute(self._stage, dataclasses.replace(batch, orders=tuple(_with_file(order, files) for order in batch.orders)))
                on_device = 0.0 if os.environ.get("NKD_DEVICE", "cpu") == "cpu" else computed.seconds
                return dataclasses.replace(computed, worker_seconds=time.process_time() - started, device_seconds=on_device)
            except Exception as error:  # noqa: BLE001 - the runner decides what it means
                told = as_row_error(error)
                message = told.message
                for there, here in files.items():
                    message = message.replace(here, there)
                return RowError(told.kind, message)


def pictures_of(batch: Batch[Any], beside: bool) -> dict[str, bytes]:
    """Contents of the picture files that a batch's orders name and its worker cannot read, by path; `beside`: it is on this node, with its disks.

    A file that cannot be read here is left to the judge to complain of.
    """
    names = [judged.image_file for order in batch.orders if (judged := _judged(order))]
    contents: dict[str, bytes] = {}
    for name in names:
        # of an object store only this process is sure to have the address and the keys
        if not beside or is_remote(place(name)):
            with contextlib.suppress(OSError):
                contents[name] = read_bytes(place(name))
    return contents


@contextlib.contextmanager
def _unpacked(pictures: Mapping[str, bytes]) -> Iterator[dict[str, str]]:
    """Files of this node with the pictures, by the paths they have in the home."""
    if not pictures:
        yield {}
        return
    with tempfile.TemporaryDirectory(prefix="nkd-") as folder:
        files = {path: Path(folder) / f"{i}.png" for i, path in enumerate(pictures)}
        for path, file in files.items():
            file.write_bytes(pictures[path])
        yield {path: str(file) for path, file in files.items()}


def _judged(order: Any) -> JudgedImage | None:  # noqa: ANN401 - any record
    if isinstance(order, EvidencedImage):
        return order.judged
    return order if isinstance(order, JudgedImage) else None


def _with_file(order: Any, files: Mapping[str, str]) -> Any:  # noqa: ANN401
    judged = _judged(order)
    if judged is None or judged.image_file not in files:
        return order
    moved = dataclasses.replace(judged, image_file=files[judged.image_file])
    return dataclasses.replace(order, judged=moved) if isinstance(order, EvidencedImage) else moved
