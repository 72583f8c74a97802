"""`python -m upstander`."""

import sys

from upstander.cli import main

if __name__ == "__main__":
    sys.exit(main())
