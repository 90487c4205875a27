"""Partitions that several processes add at once."""

import threading
from concurrent.futures import ThreadPoolExecutor

from nkd_pipeline.assets.partitions import add_partitions, shards
from nkd_pipeline.automation.instance import open_instance


def test_keys_that_two_add_at_once_are_there_once(workspace):
    # Dagster looks which keys there are and then writes the others: of two runs that take in the same delivery one ended with a traceback
    rounds = [[f"herbst.{number:03d}", f"winter.{number:03d}"] for number in range(60)]
    together = threading.Barrier(2, timeout=60)

    def add():
        with open_instance(workspace.home) as instance:
            for keys in rounds:
                together.wait()
                add_partitions(instance, shards, keys)

    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(add) for _ in range(2)]:
            done.result()
    with open_instance(workspace.home) as instance:
        assert sorted(instance.get_dynamic_partitions(shards.name)) == sorted(key for keys in rounds for key in keys)
