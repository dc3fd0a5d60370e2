"""`python -m solvet` is the command line."""

from solvet.cli.main import main

main()
