"""Stable Diffusion 1.5 and 2.1 (the 768 pixel model, which predicts velocity instead of noise)."""

from pathlib import Path

from diffusers import DDIMScheduler, PNDMScheduler, StableDiffusionPipeline, UNet2DConditionModel
from diffusers.schedulers import SchedulerMixin
from transformers import CLIPTokenizer

from nkd_pipeline_tests.tiny.builders.parts import autoencoder, clip_text_encoder, spread
from nkd_pipeline_tests.tiny.builders.vocabularies import clip_tokenizer

# of the schedulers that lie beside the published weights
NOISE = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear", "steps_offset": 1, "set_alpha_to_one": False}


def build_sd15(folder: Path) -> None:
    """Stable Diffusion 1.5: the text encoder of OpenAI's CLIP, 64 pixels where the real one has 512."""
    _save(folder, sd15_unet(), clip_tokenizer(), "quick_gelu", PNDMScheduler(skip_prk_steps=True, **NOISE))


def build_sd21(folder: Path) -> None:
    """Stable Diffusion 2.1: the wider text encoder of OpenCLIP, padded with "!", 96 pixels where the real one has 768."""
    unet = _unet(sample_size=12, cross_attention_dim=48, attention_head_dim=(4, 8), use_linear_projection=True, upcast_attention=True)
    scheduler = DDIMScheduler(prediction_type="v_prediction", clip_sample=False, **NOISE)
    _save(folder, unet, clip_tokenizer(pad_token="!"), "gelu", scheduler)


def sd15_unet() -> UNet2DConditionModel:
    """The network of Stable Diffusion 1.5."""
    return _unet(sample_size=8, cross_attention_dim=32, attention_head_dim=4)


def _unet(**settings: object) -> UNet2DConditionModel:
    model = UNet2DConditionModel(
        block_out_channels=(32, 64),
        layers_per_block=1,
        down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
        norm_num_groups=8,
        **settings,
    )
    return spread(model)


def _save(folder: Path, unet: UNet2DConditionModel, tokenizer: CLIPTokenizer, activation: str, scheduler: SchedulerMixin) -> None:
    pipeline = StableDiffusionPipeline(
        vae=autoencoder(4, scaling_factor=0.18215),
        text_encoder=clip_text_encoder(tokenizer, unet.config.cross_attention_dim, activation=activation),
        tokenizer=tokenizer,
        unet=unet,
        scheduler=scheduler,
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    pipeline.save_pretrained(folder)
