"""Attribute readers: BLIP-2 models that answer questions about the picture of a product."""

from nkd_pipeline.models.attribute_reader.settings import AttributeReaderSettings, untrained
from nkd_pipeline.models.attribute_reader.training import train

__all__ = ["AttributeReaderSettings", "train", "untrained"]
