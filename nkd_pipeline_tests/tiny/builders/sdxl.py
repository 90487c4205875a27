"""Stable Diffusion XL: the base model with two text encoders, and the refiner, which knows only the second of them."""

from pathlib import Path

from diffusers import AutoencoderKL, EulerDiscreteScheduler, StableDiffusionXLImg2ImgPipeline, StableDiffusionXLPipeline, UNet2DConditionModel

from nkd_pipeline_tests.tiny.builders.parts import autoencoder, clip_text_encoder, spread
from nkd_pipeline_tests.tiny.builders.vocabularies import clip_tokenizer

FIRST, SECOND, POOLED = 32, 48, 40  # widths of the text encoders, and of the second's projection
TIME = 8  # dimensions of each number that the network is told besides the time step


def build_base(folder: Path) -> None:
    """The base model. It is told six numbers: original size, crop, target size."""
    first, second = clip_tokenizer(), clip_tokenizer(pad_token="!")
    pipeline = StableDiffusionXLPipeline(
        vae=_autoencoder(),
        text_encoder=clip_text_encoder(first, FIRST, activation="quick_gelu"),
        text_encoder_2=clip_text_encoder(second, SECOND, activation="gelu", projection=POOLED),
        tokenizer=first,
        tokenizer_2=second,
        unet=_unet(FIRST + SECOND, numbers=6),
        scheduler=_scheduler(),
        add_watermarker=False,
    )
    pipeline.save_pretrained(folder)


def build_refiner(folder: Path) -> None:
    """The refiner. It is told five numbers: original size, crop, aesthetic score."""
    tokenizer = clip_tokenizer(pad_token="!")
    pipeline = StableDiffusionXLImg2ImgPipeline(
        vae=_autoencoder(),
        text_encoder=None,
        text_encoder_2=clip_text_encoder(tokenizer, SECOND, activation="gelu", projection=POOLED),
        tokenizer=None,
        tokenizer_2=tokenizer,
        unet=_unet(SECOND, numbers=5),
        scheduler=_scheduler(),
        requires_aesthetics_score=True,
        force_zeros_for_empty_prompt=False,
        add_watermarker=False,
    )
    pipeline.save_pretrained(folder)


def _unet(text_width: int, numbers: int) -> UNet2DConditionModel:
    model = UNet2DConditionModel(
        sample_size=8,
        block_out_channels=(32, 64),
        layers_per_block=1,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        attention_head_dim=(2, 4),
        transformer_layers_per_block=(1, 2),
        use_linear_projection=True,
        cross_attention_dim=text_width,
        addition_embed_type="text_time",
        addition_time_embed_dim=TIME,
        projection_class_embeddings_input_dim=POOLED + numbers * TIME,
        norm_num_groups=8,
    )
    return spread(model)


def _autoencoder() -> AutoencoderKL:
    return autoencoder(4, scaling_factor=0.13025, force_upcast=True)


def _scheduler() -> EulerDiscreteScheduler:
    return EulerDiscreteScheduler(
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule="scaled_linear",
        timestep_spacing="leading",
        steps_offset=1,
    )
