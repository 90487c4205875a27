"""Prompt recovery: a captioner learns to say which prompt a picture was made of, and what gets lost when prompt and picture go round in circles."""
