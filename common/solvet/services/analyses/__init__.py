"""Solidity that is handed in: read, checked, analysed, told."""
