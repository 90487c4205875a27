"""How quickly Dagster's page gets its answers: the real webserver for a home, asked what the pages of the catalog ask."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from statistics import median

ROUNDS = 5
START_SECONDS = 60.0
# what the asset graph, an asset's partitions and the list of runs show
QUERIES = {
    "assets": "{ assetNodes { assetKey { path } isPartitioned assetMaterializations(limit: 1) { timestamp partition } } }",
    "partitions": """{ assetNodeOrError(assetKey: {path: ["prompts"]}) { ... on AssetNode {
        partitionKeyConnection(limit: 1000, ascending: true) { results }
        assetPartitionStatuses { ... on DefaultPartitionStatuses { materializedPartitions failedPartitions unmaterializedPartitions } } } } }""",
    "runs": "{ runsFeedOrError(limit: 30, view: RUNS) { ... on RunsFeedConnection { results { id runStatus creationTime } } } }",
}


@contextlib.contextmanager
def served(home: Path) -> Iterator[str]:
    """Runs the webserver for a home and yields its GraphQL address. Raises TimeoutError when it does not answer."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {"DAGSTER_HOME": str(home / "dagster"), "NKD_HOME": str(home)}
    command = [str(Path(sys.executable).with_name("dagster-webserver")), "-m", "nkd_pipeline.definitions", "-h", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}/graphql"
    try:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                asked(address, "{ version }")
                break
            except (urllib.error.URLError, ConnectionError) as error:
                if time.monotonic() > deadline:
                    raise TimeoutError(f"the webserver does not answer at {address}") from error
                time.sleep(0.2)
        yield address
    finally:
        process.terminate()
        process.wait()


def asked(address: str, query: str) -> None:
    """Sends one query. Raises RuntimeError when GraphQL answers with an error."""
    request = urllib.request.Request(address, json.dumps({"query": query}).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=120) as answer:
        told = json.load(answer)
    if told.get("errors") or "PythonError" in json.dumps(told["data"]):
        raise RuntimeError(f"{query}: {told}")


def timed(address: str, query: str) -> float:
    """Median seconds of a few answers, after one that fills what the server keeps in memory."""
    asked(address, query)
    seconds = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        asked(address, query)
        seconds.append(time.perf_counter() - started)
    return median(seconds)
