"""The files' names; by themselves, for who only looks whether the files are there."""

POLICY = ".solvet.yml"
BASELINE = ".solvet-baseline.json"
"""Both stand in the root of the repository."""
