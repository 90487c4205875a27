"""Description prompting: the same requests put to a writer in four ways, and what comes of them in words and pictures."""
