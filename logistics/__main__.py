"""`python -m logistics` is the command `logistics`."""

import sys

from logistics.cli import main

if __name__ == "__main__":
    sys.exit(main())
