"""Retrieval: a folder of texts cut into passages, and the passages nearest to a question, with their sources."""

from nkd_pipeline.models.retrieval.index import Found, PassageIndex, RetrievalSettings
from nkd_pipeline.models.retrieval.passages import PassagesError, cut, read_passages

__all__ = ["Found", "PassageIndex", "PassagesError", "RetrievalSettings", "cut", "read_passages"]
