"""`python -m benchmarks.storm`."""

import sys

from benchmarks.storm.command import main

if __name__ == "__main__":
    main(sys.argv[1:])
