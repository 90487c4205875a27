"""A process that has worked through one shard is not larger for the next."""

import subprocess
import sys

# pieces of every size as batches of other shapes leave them; each hundredth stays, so that the heap cannot shrink at its end
PIECES = """
from nkd_pipeline.execution.memory import give_back
def resident():
    with open("/proc/self/statm") as stream:
        return int(stream.read().split()[1]) * 4096
pieces = [bytearray(1000 + 37 * (number % 1000)) for number in range(10_000)]
full = resident()
kept = pieces[::100]
del pieces
give_back()
assert full - resident() > 100e6, (full, resident())
"""


def test_free_memory_between_pieces_in_use_goes_back_to_the_system():
    subprocess.run([sys.executable, "-c", PIECES], check=True)
