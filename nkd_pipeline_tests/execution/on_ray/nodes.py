"""A Ray cluster of several nodes on this machine."""

import os
from contextlib import contextmanager


@contextmanager
def two_nodes():
    """Two nodes with a CPU each; this process is on the first one."""
    os.environ.setdefault("RAY_raylet_start_wait_time_s", "120")  # other tests keep the cores busy
    import ray
    from ray.cluster_utils import Cluster

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    try:
        cluster.add_node(num_cpus=1)
        yield cluster
    finally:
        ray.shutdown()
        cluster.shutdown()
