# Both targets set up everything they need in .venv, from the lock file.
.PHONY: demo test slow languages redirect stacks scoreboard crash setup lock clean

demo: setup
	@.venv/bin/noncense demo

test: setup
	@bash scripts/install-sdks || echo "The third-party SDKs could not be installed; the tests that judge them skip themselves."
	@bash scripts/check

# What takes too long for every commit: ten seeds, both profiles, all dialects of every wrong client.
slow: setup
	@.venv/bin/python -m pytest -n 2 -m slow

# A hundred times: an exchange that is kept in SQLite is killed under load, and looked at.
crash: setup
	@.venv/bin/python -m pytest -n 2 -m slow tests/mockserver/stores/test_killed_under_load.py

# The kits and the example clients of Go, Java and Ruby, where these are installed.
languages: setup
	@.venv/bin/python -m pytest -n 2 -m languages

# Clients of every language and stack at hand, led to the exchange from the host that is written into them.
redirect: setup
	@.venv/bin/python -m pytest -n 2 -m redirect

# Every HTTP stack at hand, measured as `noncense stacks` measures it.
stacks: setup
	@.venv/bin/python -m pytest -n 2 -m stacks

# Every client of the gallery, fetched, judged, and written down in docs/scoreboard anew. It takes most of an hour.
scoreboard: setup
	@bash scripts/install-sdks --all
	@.venv/bin/python -m harness.scoreboard --judge

setup:
	@bash scripts/setup

lock: setup
	@bash scripts/lock

clean:
	rm -rf .venv .sdks .noncense .hypothesis .mypy_cache .pytest_cache .ruff_cache
