"""Image models of the diffusers library: which settings are legal, prompts, LoRA, memory, pictures."""
