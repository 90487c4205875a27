"""Parts that several image models have: text encoders, the autoencoder, and weights for models that are not trained."""

import torch
from diffusers import AutoencoderKL
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer


def spread(model: torch.nn.Module, seed: int = 0) -> torch.nn.Module:
    """Random weights wide enough that outputs depend on inputs; with the libraries' 0.02 every prompt gives the same picture."""
    generator = torch.Generator().manual_seed(seed)
    for _, weights in sorted(model.named_parameters()):
        if weights.dim() >= 2:
            deviation = min(0.3, 1.5 / weights[0].numel() ** 0.5)
            weights.data.copy_(torch.randn(weights.shape, generator=generator) * deviation)
    if hasattr(model, "tie_weights"):
        model.tie_weights()
    return model.eval()


def clip_text_encoder(tokenizer: CLIPTokenizer, width: int, *, activation: str, projection: int | None = None) -> torch.nn.Module:
    """CLIP's text tower with two layers; with `projection`, the variant that projects its pooled output to so many dimensions."""
    config = CLIPTextConfig(
        vocab_size=len(tokenizer),
        hidden_size=width,
        intermediate_size=2 * width,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=77,
        hidden_act=activation,
        projection_dim=projection or width,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return spread(CLIPTextModelWithProjection(config) if projection else CLIPTextModel(config))


def autoencoder(latent_channels: int, **settings: object) -> AutoencoderKL:
    """The autoencoder: like the real ones it makes a picture eight times as wide as its latents."""
    model = AutoencoderKL(
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        block_out_channels=(8, 8, 16, 16),
        layers_per_block=1,
        latent_channels=latent_channels,
        norm_num_groups=4,
        sample_size=64,
        **settings,
    )
    return spread(model)
