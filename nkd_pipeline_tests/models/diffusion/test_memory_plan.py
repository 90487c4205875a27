"""Every size of GPU gets a plan that fits it, and plans that need less to fall back on."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nkd_pipeline.models.diffusion.memory_plan import MemoryPlan, Placement, Sizes, need, plans, usable

GIB = 1 << 30
# parameters × 2 bytes, from the checkpoints' configurations; activations at 1024² and 512², as families.toml has them per pixel
FLUX = Sizes(text_encoders=9_771_000_000, denoiser=23_782_000_000, vae=168_000_000 + 1_992_000_000, activations=556_000_000)
SDXL = Sizes(text_encoders=1_636_000_000, denoiser=5_135_000_000, vae=335_000_000 + 3_985_000_000, activations=419_000_000)  # the VAE in float32
SD15 = Sizes(text_encoders=246_000_000, denoiser=1_719_000_000, vae=167_000_000 + 498_000_000, activations=170_000_000)


@pytest.mark.parametrize(
    ("card", "sizes", "placement", "image_batch"),
    [
        pytest.param(80, FLUX, Placement.RESIDENT, 8, id="H100: everything, eight pictures at once"),
        pytest.param(40, FLUX, Placement.RESIDENT, 6, id="A100-40: everything fits from 40 GB on, with fewer pictures at once"),
        pytest.param(32, FLUX, Placement.ENCODE_FIRST, 8, id="RTX 5090: 33.6 GB do not fit, 23.8 GB do once the encoders have gone"),
        pytest.param(24, FLUX, Placement.FP8, 8, id="RTX 4090: 23.8 GB leave no room for a picture, 15.2 GB do"),
        pytest.param(16, FLUX, Placement.OFFLOAD, 8, id="RTX 4080: 15.2 GB leave no room either"),
        pytest.param(12, FLUX, Placement.OFFLOAD, 8, id="the paper's floor"),
        pytest.param(12, SDXL, Placement.ENCODE_FIRST, 4, id="SDXL on 12 GB: its VAE decodes in float32 and wants 4 GB for that"),
        pytest.param(8, SDXL, Placement.OFFLOAD, 6, id="SDXL on 8 GB"),
        pytest.param(8, SD15, Placement.RESIDENT, 8, id="SD 1.5 is small"),
    ],
)
def test_each_card_gets_the_fastest_placement_that_fits(card, sizes, placement, image_batch):
    free = int(card * GIB * 0.98)  # the driver and the context take their share
    first = plans(free, sizes, wanted_batch=8)[0]
    assert (first.placement, first.image_batch) == (placement, image_batch)
    assert need(placement, sizes, first.image_batch, first.encode_batch) <= usable(free)


def test_a_card_below_the_floor_gets_the_last_resort_and_not_a_refusal():
    # whether it really fails is for the card to say: the estimate is on the safe side
    (only,) = plans(2 * GIB, FLUX, wanted_batch=8)
    assert only == MemoryPlan(Placement.OFFLOAD, 1, 1, "layers come to the device one after another: 4.6 of 2.1 GB free")


def test_falling_back_from_everything_resident_passes_all_placements():
    assert [plan.placement for plan in plans(80 * GIB, FLUX, wanted_batch=8)] == [*Placement, Placement.OFFLOAD]
    assert plans(80 * GIB, FLUX, wanted_batch=8)[-1].image_batch == 1


GIGABYTES = st.integers(min_value=0, max_value=200).map(lambda tenths: tenths * 100_000_000)


@given(free=GIGABYTES.map(lambda bytes_: bytes_ * 5), sizes=st.builds(Sizes, GIGABYTES, GIGABYTES, GIGABYTES, GIGABYTES), wanted=st.integers(1, 16))
def test_no_plan_but_the_last_needs_more_than_there_is_and_each_needs_less_than_the_one_before(free, sizes, wanted):
    found = plans(free, sizes, wanted)
    needs = [need(plan.placement, sizes, plan.image_batch, plan.encode_batch) for plan in found]
    assert all(wants <= usable(free) for wants in needs[:-1])
    assert all(later < earlier for earlier, later in itertools.pairwise(needs))
    assert all(1 <= plan.image_batch <= wanted and plan.encode_batch >= 1 for plan in found)
