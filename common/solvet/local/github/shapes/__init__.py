"""The JSON that GitHub answers, one module per kind of thing."""
