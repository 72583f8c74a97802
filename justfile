# Every recipe runs on a fresh machine that has Python 3.11 and uv: `uv run just`.

set positional-arguments

# The recipes.
default:
    @just --list

# Everything that must hold before a change lands: style, types, layers, documentation, tests.
test: lint docs-check chromium postgresql
    uv run pytest -n auto --dist worksteal --cov --cov-report= -q
    uv run python -m tests.support.postgres uv run pytest -n auto --dist worksteal --cov --cov-append --cov-report=term:skip-covered -q {{register}}

# Tests that have a register: on SQLite with all others, and once more on PostgreSQL.
register := "tests/register tests/actions tests/web tests/worker tests/cli/test_account.py tests/cli/test_serve.py tests/cli/test_backup.py tests/cli/test_backup_hard.py tests/cli/test_commands.py"

# Chromium, in which the pages of the desk are tried: Debian's package, installed where it is absent and we are root.
chromium:
    @uv run python -m tests.support.chromium

# PostgreSQL, on which the register is tried a second time: Debian's package, in the same way.
postgresql:
    @uv run python -m tests.support.postgres --install

# Tests on a PostgreSQL of their own: `just on-postgresql tests/web/test_crawl.py`.
on-postgresql *paths:
    uv run python -m tests.support.postgres uv run pytest -n auto --dist worksteal -q "$@"

# Only the tests, without coverage: `just quick tests/evidence`.
quick *paths:
    uv run pytest -n auto --dist worksteal -q "$@"

# Format, style, types and layers.
lint:
    uv run ruff format --check .
    uv run ruff check .
    uv run mypy
    uv run lint-imports

# Put the format right.
fix:
    uv run ruff format .
    uv run ruff check --fix .

# Write the generated reference: tables from the YAML, commands from the command line, sources from their cards.
docs:
    uv run python -m docs.generate

# Fail where the generated reference is not what the code says.
docs-check:
    uv run python -m docs.generate --check

# Pin a release by hash (docs/decisions/0002): no registry host is written.
lock:
    uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements.lock
    uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --extra models -c requirements.lock pyproject.toml -o requirements-models.lock

# Fuzz every source with atheris for a minute each: `just fuzz 60 telegram`.
fuzz seconds="60" *sources:
    PYTHONPATH=tests/support uv run --group fuzz python -m tests.fuzz.run --seconds "$@"

# Time this project, its peers and sha256sum on the same million lines (about fifteen minutes; needs npm).
bench-ingest *arguments:
    uv run python -m benchmarks.ingest.run "$@"

# Measure how exactly captures are reconciled, and write docs/reference/accuracy.md (about ten minutes).
accuracy *arguments:
    uv run python -m benchmarks.reconcile.sweep "$@"

# Time reconciliation on five captures of a million messages, with keys and without, beside whatstk's merge.
bench-reconcile *arguments:
    uv run python -m benchmarks.reconcile.run "$@"

# Time `who` and the silence counts on made conversations of up to ten million messages (about ten minutes, 10 GB of memory).
bench-presence *arguments:
    uv run python -m benchmarks.presence.run "$@"

# Take the pictures of the desk's pages for the documentation (about two minutes; with Debian's fonts-liberation and fonts-noto-color-emoji).
screenshots:
    uv run python -m tests.browser.screenshots

# Time the desk's pages for reading on a made case of a million messages (about three minutes, 2 GB of disk).
bench-desk-reading *arguments:
    uv run python -m benchmarks.desk_reading.run "$@"

# Load the desk: a million messages, twenty who code and one who reads, PostgreSQL (about ten minutes, 3 GB of disk; needs PostgreSQL's programs).
bench-desk *arguments:
    uv run --extra team python -m benchmarks.desk.run "$@"

# Train the stance model on what its licence allows (half a minute); writes the weights that are shipped.
train-stance *arguments:
    uv run python -m benchmarks.stance_training.train "$@"

# Measure the stance model and write docs/reference/stance-accuracy.md with its curve (about two minutes).
bench-stance *arguments:
    uv run python -m benchmarks.review_stance.run "$@"

# Time search on five million made messages, beside SQLite FTS5 (about fifteen minutes, 6 GB of disk).
bench-search *arguments:
    uv run python -m benchmarks.review_search.run "$@"

# Train the first ranking's model from the labelled sets and put it into the package (about two minutes).
train-triage *arguments:
    uv run python -m benchmarks.triage_training.train "$@"

# Measure the first ranking, and write docs/reference/triage-accuracy.md (about five minutes).
bench-triage *arguments:
    uv run python -m benchmarks.review_triage.run "$@"

# Fine-tune an encoder for the second stage into a folder (a quarter of an hour; two gigabytes of torch go into the cache).
train-encoder *arguments:
    uv run python -m benchmarks.encoder_training.train "$@"

# Measure the second stage with that folder, and write docs/reference/encoder-accuracy.md (about five minutes).
bench-encoder *arguments:
    uv run python -m benchmarks.review_encoder.run "$@"

# Replay reviews that stop by the certificate and by other rules: is what they claim true, and what does it cost (about ten minutes).
bench-certificate *arguments:
    uv run python -m benchmarks.review_certificate.run "$@"

# Measure ranked reading beside ASReview, from nothing and at a million messages; writes docs/reference/ranked-reading-accuracy.md (about half an hour).
bench-queue *arguments:
    uv run python -m benchmarks.review_queue.run "$@"
