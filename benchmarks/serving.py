"""What dynamic batching brings to the server of attributes: `python -m benchmarks.serving --home HOME [--seconds S] [--clients N]`.

Starts `nkd serve attributes` twice with the model that `nkd study attributes` trained in the home, once one by one and once in batches, and lets the
same number of clients ask without pause. Both runs get the same questions; an answer must not depend on who asked at the same time.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import contextlib
import json
import re
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

PICTURES = 16
ONE_BY_ONE, BATCHED = "one by one", "in batches"
_ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)/attributes,")


@dataclass(slots=True)
class Load:
    """What the clients saw."""

    seconds: list[float] = field(default_factory=list)  # that each answer took
    errors: list[str] = field(default_factory=list)
    answers: dict[int, set[bytes]] = field(default_factory=lambda: defaultdict(set))  # by question


def questions(size: int) -> list[bytes]:
    """Requests about random sketches, each attribute of each, ready to be sent."""
    from nkd_pipeline.models.attribute_reader.questions import wordings
    from nkd_pipeline.models.house_clip.articles import random_order
    from nkd_pipeline.sketch.stage import SketchArtist, SketchSettings

    rng = np.random.default_rng(1)
    images = SketchArtist(SketchSettings(size=size))([random_order(rng) for _ in range(PICTURES)])
    return [_request(image.png, attribute) for image in images for attribute in wordings()]


def _request(png: bytes, attribute: str) -> bytes:
    body = json.dumps({"image": base64.b64encode(png).decode(), "prompt": attribute}).encode()
    head = f"POST /attributes HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


@contextlib.contextmanager
def served(*options: str) -> Iterator[int]:
    """The port of `nkd serve attributes` in a process of its own."""
    command = [sys.executable, "-m", "nkd_pipeline.cli", "serve", "attributes", "--port", "0", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline() if process.stdout else ""
        found = _ADDRESS.search(line)
        if not found:
            raise SystemExit(f"The server did not start: {line or 'see above'}")
        yield int(found[1])
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


async def client(port: int, requests: Sequence[bytes], turn: int, ends: float, load: Load) -> None:
    """Asks one question after the other on one connection, until the time is up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while (started := time.perf_counter()) < ends:
        number, turn = turn % len(requests), turn + 1
        try:
            writer.write(requests[number])
            await writer.drain()
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(re.search(rb"content-length: (\d+)", head, re.IGNORECASE)[1])  # type: ignore[index]
            body = await reader.readexactly(length)
        except (OSError, EOFError, TypeError) as error:
            load.errors.append(type(error).__name__)
            break
        load.seconds.append(time.perf_counter() - started)
        if head.startswith(b"HTTP/1.1 200"):
            load.answers[number].add(body)
        else:
            load.errors.append(f"{head[9:12].decode()} {body[:120].decode()}")
    writer.close()


async def asked(port: int, requests: Sequence[bytes], clients: int, seconds: float) -> Load:
    """All clients at once, each beginning with another question."""
    load = Load()
    ends = time.perf_counter() + seconds
    await asyncio.gather(*(client(port, requests, 7 * turn, ends, load) for turn in range(clients)))
    return load


def state(port: int) -> dict[str, Any]:
    """What the server says of itself."""
    import urllib.request

    with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=30) as answer:
        return json.loads(answer.read())  # type: ignore[no-any-return]


def main() -> None:
    """Measures both ways and prints a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", default="data/home")
    parser.add_argument("--profile", default="sketch")
    parser.add_argument("--model", default="", help="folder of the model; default: the one trained in the home")
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60.0, help="of each of the two ways")
    parser.add_argument("--size", type=int, default=128, help="pixels of the pictures")
    options = parser.parse_args()
    requests = questions(options.size)
    common = ["--home", options.home, "--profile", options.profile, *(["--model", options.model] if options.model else [])]
    loads: dict[str, Load] = {}
    print(
        f"| {options.clients} clients, {options.seconds:g} s each way | answers | errors | answers/s | median, ms | 95 %, ms | questions per batch |"
    )
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for name, more in ((ONE_BY_ONE, ["--max-batch", "1"]), (BATCHED, [])):
        with served(*common, *more) as port:
            asyncio.run(asked(port, requests, 1, min(2.0, options.seconds)))  # what is loaded at the first question
            load = loads[name] = asyncio.run(asked(port, requests, options.clients, options.seconds))
            per_batch = state(port)["questions_per_batch"]
        median, late = (1000 * float(np.quantile(load.seconds, share)) if load.seconds else 0.0 for share in (0.5, 0.95))
        rate = (len(load.seconds) - len(load.errors)) / options.seconds
        print(f"| {name} | {len(load.seconds)} | {len(load.errors)} | {rate:.1f} | {median:.0f} | {late:.0f} | {per_batch} |", flush=True)
    counts = [len(loads[name].seconds) - len(loads[name].errors) for name in (BATCHED, ONE_BY_ONE)]
    print(f"\nBatches answer {counts[0] / max(1, counts[1]):.2f} times as many questions.")
    both = [loads[ONE_BY_ONE].answers[number] | loads[BATCHED].answers[number] for number in range(len(requests))]
    print(f"{sum(len(answers) == 1 for answers in both)} of {sum(map(bool, both))} questions always got the same answer, alone and in any batch.")
    for error in sorted({error for load in loads.values() for error in load.errors})[:5]:
        print(f"error: {error}")


if __name__ == "__main__":
    main()
