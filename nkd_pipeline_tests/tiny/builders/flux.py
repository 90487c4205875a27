"""FLUX.1: schnell, distilled to few steps and without guidance, and dev, which takes guidance as a number."""

from pathlib import Path

from diffusers import FlowMatchEulerDiscreteScheduler, FluxPipeline, FluxTransformer2DModel
from transformers import T5Config, T5EncoderModel

from nkd_pipeline_tests.tiny.builders.parts import autoencoder, clip_text_encoder, spread
from nkd_pipeline_tests.tiny.builders.vocabularies import clip_tokenizer, t5_tokenizer

WIDTH = 32  # of both text encoders


def build_schnell(folder: Path) -> None:
    """FLUX.1-schnell."""
    scheduler = FlowMatchEulerDiscreteScheduler(shift=1.0, use_dynamic_shifting=False)
    _pipeline(flux_transformer(guidance=False), scheduler).save_pretrained(folder)


def build_dev(folder: Path) -> None:
    """FLUX.1-dev: a guidance embedding more, and noise levels that follow the picture's size."""
    scheduler = FlowMatchEulerDiscreteScheduler(shift=3.0, use_dynamic_shifting=True)
    _pipeline(flux_transformer(guidance=True), scheduler).save_pretrained(folder)


def flux_transformer(*, guidance: bool) -> FluxTransformer2DModel:
    """The transformer with one double and two single blocks. The three rope axes are even and sum to the head's size, else it cannot run."""
    model = FluxTransformer2DModel(
        in_channels=64,
        num_layers=1,
        num_single_layers=2,
        attention_head_dim=16,
        num_attention_heads=2,
        joint_attention_dim=WIDTH,
        pooled_projection_dim=WIDTH,
        guidance_embeds=guidance,
        axes_dims_rope=(4, 6, 6),
    )
    return spread(model)


def _pipeline(transformer: FluxTransformer2DModel, scheduler: FlowMatchEulerDiscreteScheduler) -> FluxPipeline:
    clip, t5 = clip_tokenizer(), t5_tokenizer()
    config = T5Config(
        vocab_size=512, d_model=WIDTH, d_kv=8, d_ff=2 * WIDTH, num_layers=2, num_heads=4, feed_forward_proj="gated-gelu", dropout_rate=0.0
    )
    return FluxPipeline(
        scheduler=scheduler,
        vae=autoencoder(16, scaling_factor=0.3611, shift_factor=0.1159, use_quant_conv=False, use_post_quant_conv=False),
        text_encoder=clip_text_encoder(clip, WIDTH, activation="quick_gelu"),
        tokenizer=clip,
        text_encoder_2=spread(T5EncoderModel(config)),
        tokenizer_2=t5,
        transformer=transformer,
    )
