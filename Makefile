# The words of a working day. Everything is installed into .venv, and nowhere else.
#
#   make demo      feeds, an email issue and a finished send, from this repository's own articles
#   make test      all tests
#   make browser   install Debian's chromium, in which the preview is tested
#   make simulate  the whole protocol of sending under SEEDS seeds, with crashes anywhere
#   make check     formatting, lint rules and types
#   make bench     how fast it is, beside what it is measured by; ONLY=build for one of them
#   make docs      the reference pages from the code, and a site from all pages in build/docs
#   make format    put the code into the project's format
#   make clean     remove what the commands above made (the ledger and the outbox of the demo too)

PYTHON ?= python3
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

# Where it is set, Python compiles the whole program each time a test or a bench starts it.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: bench demo test browser simulate check docs format clean
.DELETE_ON_ERROR:

.venv/made:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
	  { echo "Syndicate needs Python 3.11, 3.12 or 3.13. Name one: make demo PYTHON=python3.12" >&2; exit 1; }
	@echo "Making .venv"
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/installed: .venv/made pyproject.toml constraints.txt
	@echo "Installing Syndicate into .venv"
	@$(INSTALL) --editable .
	@touch $@

.venv/installed-dev: .venv/made pyproject.toml constraints.txt
	@echo "Installing Syndicate and what its tests need into .venv"
	@$(INSTALL) --editable '.[dev]'
	@touch .venv/installed $@

demo: .venv/installed
	@echo
	@echo '$$ syndicate build'
	@$(BIN)/syndicate build
	@echo
	@echo '$$ syndicate check'
	@$(BIN)/syndicate check
	@echo
	@echo '$$ syndicate preview --out preview'
	@$(BIN)/syndicate preview --out preview
	@echo
	@echo '$$ syndicate send weekly --yes'
	@$(BIN)/syndicate send weekly --yes
	@echo
	@echo "Look at:"
	@[ ! -f preview/index.html ] || echo "  preview      preview/index.html (the issue as its readers see it)"
	@echo "  feeds        public/feed.xml  public/atom.xml  public/feed.json"
	@for page in public/issues/*/index.html; do echo "  issue page   $$page (for the web server: its pictures are asked for at the site's address)"; done
	@for folder in outbox/*/; do echo "  emails       $$folder*.eml ($$(ls $$folder | grep -c 'eml$$') files; open one with a mail program)"; done

# The preview is tested in a real browser, Debian's; elsewhere those tests say that they did not run.
browser:
	@if ! command -v chromium >/dev/null && command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	  echo "Installing chromium"; \
	  { apt-get -qq update && apt-get -qq install --no-install-recommends chromium; } >/dev/null 2>&1 \
	    || echo "chromium could not be installed: the tests in a browser will not run." >&2; \
	fi

test: .venv/installed-dev browser
	@$(BIN)/python -m pytest -n 2 $(ARGS)

SEEDS ?= 10000
simulate: .venv/installed-dev
	@$(BIN)/python tests/simulator.py $(if $(SEED),--seed $(SEED),$(SEEDS))

check: .venv/installed-dev
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

bench: .venv/installed-dev
	@$(BIN)/python benches/run.py $(ONLY)

docs: .venv/installed-dev
	@$(BIN)/python docs/make_reference.py
	@$(BIN)/sphinx-build --quiet --fail-on-warning --keep-going --builder html docs build/docs
	@echo "The documentation is in build/docs/index.html"

format: .venv/installed-dev
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

clean:
	@rm -rf .venv .cache public outbox preview dist build state/ledger.db* state/ledger.lock*
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis
