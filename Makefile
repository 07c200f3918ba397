# The two commands: `make demo` and `make test`. Both set up everything they need and are cheap to repeat.
JOBS ?= $(shell nproc)
BUILD := build/release

.PHONY: all deps frontend build demo demo-scan demo-response test asan tsan fuzz bench tidy format check-format clean

all: build

deps:
	@scripts/install-deps

build: deps frontend
	@cmake --preset release >/dev/null
	@cmake --build --preset release -j $(JOBS)

# Console and victim's page; without node they are left out, and `serve` says so.
FRONTEND_SOURCES := $(shell find frontend/src frontend/public -type f ! -name schema.d.ts 2>/dev/null) frontend/index.html frontend/v.html frontend/vite.config.ts frontend/package-lock.json docs/openapi.yaml
frontend/dist/index.html: $(FRONTEND_SOURCES)
	@if command -v npm >/dev/null; then cd frontend && npm ci --loglevel=error --no-audit --no-fund && npm run --silent build && touch dist/index.html; else echo "node and npm are missing: built without the console"; fi
frontend: frontend/dist/index.html

demo: build
	@scripts/demo

# A national scan of twenty days, on this machine only.
demo-scan: build
	@scripts/demo-scan

# Sixty days of a made-up country, from scan to notices to answers to the funnel.
demo-response: build
	@scripts/demo-response

# The tests make many small files: in memory where there is room for them.
TEST_FOLDER := $(shell [ "$$(df --output=avail /dev/shm 2>/dev/null | tail -1)" -gt 2000000 ] 2>/dev/null && echo /dev/shm || echo /tmp)

test: build
	@TEST_TMPDIR=$(TEST_FOLDER) ctest --test-dir $(BUILD) --output-on-failure -j $(JOBS)

# Instrumented tests are many times slower, so each scenario runs with one seed unless told otherwise.
SANITIZED := TEST_TMPDIR=$(TEST_FOLDER) AFTERPATCH_SEEDS=$${AFTERPATCH_SEEDS:-1}

asan: deps
	@cmake --preset asan >/dev/null && cmake --build --preset asan -j $(JOBS)
	@$(SANITIZED) ctest --preset asan -j $(JOBS)

# setarch: kernels that spread addresses over more bits than GCC 12's ThreadSanitizer knows make it give up at random.
tsan: deps
	@cmake --preset tsan >/dev/null && cmake --build --preset tsan -j $(JOBS)
	@$(SANITIZED) setarch -R ctest --preset tsan -j $(JOBS)

# Every fuzzer for FUZZ_SECONDS each.
FUZZ_SECONDS ?= 600
fuzz:
	@scripts/install-deps --quality
	@cmake --preset fuzz >/dev/null && cmake --build --preset fuzz -j $(JOBS)
	@scripts/fuzz $(FUZZ_SECONDS)

bench:
	@scripts/install-deps --quality
	@cmake --preset bench >/dev/null && cmake --build --preset bench -j $(JOBS)
	@bench/compare-logs
	@bench/compare-evtx

tidy:
	@scripts/install-deps --quality
	@cmake --preset dev >/dev/null
	@run-clang-tidy-19 -quiet -p build/dev '$(CURDIR)/(src|range)/.*\.cpp$$'

format:
	@git ls-files '*.h' '*.cpp' | xargs clang-format-19 -i

check-format:
	@git ls-files '*.h' '*.cpp' | xargs clang-format-19 --dry-run --Werror

clean:
	@rm -rf build demo
