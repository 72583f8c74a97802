"""`upstander serve --team`, which serves the timed application; arguments are those of the command.

python -m benchmarks.desk.server --team --processes 2 --port 8123
"""

import sys

from upstander.cli import main, serve

if __name__ == "__main__":
    serve.APPLICATION = "benchmarks.desk.timed:application"
    sys.argv = ["upstander", "serve", *sys.argv[1:]]
    sys.exit(main())
