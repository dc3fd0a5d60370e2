"""Solvet reviews changes to Solidity contracts: what a change introduced, fixed or left alone."""

__version__ = "0.1.0"
