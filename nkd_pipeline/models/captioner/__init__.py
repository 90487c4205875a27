"""Captioners: BLIP models that say which prompt a picture was made of."""

from nkd_pipeline.models.captioner.settings import CaptionerSettings, untrained
from nkd_pipeline.models.captioner.training import train

__all__ = ["CaptionerSettings", "train", "untrained"]
