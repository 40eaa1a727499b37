# `make run` is all that is needed to try ai-poster; the rest is for those who change it.

BIN := .venv/bin
UV := $(firstword $(wildcard $(BIN)/uv) $(shell command -v uv 2>/dev/null))
COMPILE = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes
# One more than there are processors: many tests wait.
JOBS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
# What decides whether a post goes out, and the tests that have to reach each of its branches.
comma := ,
empty :=
CORE := $(subst $(empty) ,$(comma),$(strip $(patsubst %,outbox/%.py,checking crew \
	delivering following ledger manual_actions pacing preflight quiet_hours receipts refused_sends send_deadline staging \
	takings tasks unblocked verdicts) publishing/kind.py publishing/pace_of_watch.py $(patsubst %,publishing/delivery/%.py,\
	publish_request renditions twins) \
	poster/work/leases.py poster/work/lease_recovery.py))
CORE_TESTS := tests/faults tests/publishing tests/operations tests/describing
# Pages and mails, wherever an app has them; the sandbox's are Jinja's.
TEMPLATES = find templates poster accounts media writing watches publishing operations -path '*templates/*' \( -name '*.html' -o -name '*.txt' \)

# This one is Django's own but for one line, and is compared with it when Django is updated.
AS_DJANGO_HAS_IT = -not -path '*/admin/includes/fieldset.html'

.DEFAULT_GOAL := help
.PHONY: help run test quick postgres thorough lint audit coverage bench screenshots messages lock

help: ## what there is
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1 - \2/p' Makefile

run: .venv/installed ## start everything; the first time, this makes its own environment in .venv
	@exec $(BIN)/python manage.py start

test: lint ## every check and every test
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal

quick: .venv/installed-dev ## what can be tested within a minute, while one works
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal -q --quick

postgres: .venv/installed-dev ## what asks most of a database, on PostgreSQL (TEST_DATABASE_URL, or a private server)
	$(BIN)/python -m tests.on_postgres -n $(JOBS) --dist worksteal

thorough: .venv/installed-dev ## the long proofs: every fault at every call, the engine broken on purpose
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal -m thorough

lint: .venv/installed-dev ## the checks alone
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(TEMPLATES) | xargs $(BIN)/djade --check --target-version 5.2
	$(TEMPLATES) $(AS_DJANGO_HAS_IT) -name '*.html' | xargs $(BIN)/djangofmt --check --quiet --line-length 120 --indent-width 2
	$(BIN)/mypy
	$(BIN)/lint-imports
	VAR=.venv/checks $(BIN)/python manage.py makemigrations --check --dry-run

audit: .venv/installed-dev ## is a package known to be vulnerable? and a list of all (.venv/sbom.json)
	$(BIN)/python .ci/audit.py

coverage: .venv/installed-dev ## whether the tests of delivery try every branch of its core
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal -q --cov=outbox --cov=publishing --cov=poster --cov-branch --cov-report= $(CORE_TESTS)
	$(BIN)/python -m coverage report --show-missing --fail-under=100 --include=$(CORE)

bench: .venv/installed-dev ## how fast it is, and how much memory it needs
	$(BIN)/python -m bench

screenshots: .venv/installed-dev ## take the picture of the front page anew, for README and the home page (needs chromium)
	$(BIN)/python -m tests.screenshots

messages: .venv/installed-dev ## bring the catalogues up to the words of the code, and compile them (needs GNU gettext)
	VAR=.venv/checks $(BIN)/python manage.py makemessages --all
	VAR=.venv/checks $(BIN)/python manage.py compilemessages --ignore '.venv/*'

lock: ## pin what the two .in files ask for, with hashes (needs uv)
	@test -n "$(UV)" || { echo "This needs uv: https://docs.astral.sh/uv/"; exit 1; }
	$(COMPILE) requirements.in -o requirements.txt
	$(COMPILE) -c requirements.txt requirements-dev.in -o requirements-dev.txt
	{ echo "# What bin/environment brings when a machine has no uv. \`make lock\` writes this file."; \
	  echo "uv" | $(COMPILE) --no-header -; } > requirements-uv.txt

# Installed again only when the list has changed.
.venv/installed: requirements.txt requirements-uv.txt
	@echo "Installing what ai-poster stands on ..."
	@bin/environment requirements.txt
	@touch $@

.venv/installed-dev: requirements-dev.txt requirements-uv.txt
	@echo "Installing what developing needs ..."
	@bin/environment requirements-dev.txt
	@touch $@ .venv/installed
