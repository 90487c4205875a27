"""Legacy prompting: the prompt strategy before structured attributes, by summary, keywords, glossary and retrieved definitions."""
