"""Legacy prompting: the older way of writing prompts against the main flow, on the same articles."""
