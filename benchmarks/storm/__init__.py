"""The storm: the whole pipeline while everything around it fails, and what must hold all the same.

`make storm` runs it; `python benchmarks/storm --help` tells what there is to choose.
"""
