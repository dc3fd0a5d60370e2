"""The engine's version, readable without importing a single detector."""

ENGINE_VERSION = "1"
"""Changes when results may change; part of cache keys and of every report."""
