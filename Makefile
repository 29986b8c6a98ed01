# limn without remembering CMake: `make help` lists what there is. Everything a Debian 12 or
# Ubuntu 22.04+ machine lacks is installed first; nothing is asked of apt when nothing is missing.
SHELL := /bin/bash
PRESET ?= release
BUILD := build/$(PRESET)
JOBS ?= $(shell nproc)

PACKAGES := cmake ninja-build g++ libeigen3-dev libstb-dev libfmt-dev \
            nlohmann-json3-dev libutf8proc-dev libcli11-dev catch2 libjpeg-dev libicu-dev

.PHONY: all help setup configure demo test test-all bench umbrellas format tidy install clean

all: configure ## build the program: build/release/limn
	cmake --build $(BUILD) -j $(JOBS) --target limn_cli

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' Makefile

setup: ## install missing packages (apt)
	@command -v dpkg-query >/dev/null || { \
	  echo "limn: not a Debian system; needed here by other names: $(PACKAGES)"; exit 0; }; \
	missing=$$(for package in $(PACKAGES); do \
	  dpkg-query -W -f '$${Status}' $$package 2>/dev/null | grep -q '^install ok installed' \
	    || echo -n " $$package"; done); \
	[ -n "$$missing" ] || exit 0; \
	if [ "$$(id -u)" = 0 ]; then sudo=; elif command -v sudo >/dev/null; then sudo=sudo; else \
	  echo "limn: missing packages:$$missing; neither root nor sudo is at hand."; \
	  echo "limn: ask an administrator for: apt-get install$$missing"; exit 1; fi; \
	echo "limn: installing$$missing"; \
	$$sudo apt-get update -qq && $$sudo env DEBIAN_FRONTEND=noninteractive \
	  apt-get install -y -qq --no-install-recommends $$missing

configure: setup
	cmake --preset $(PRESET)

demo: all ## the whole job on generated pictures: train, search, score, report
	$(BUILD)/limn demo $(ARGS)

test: configure ## build and run the tests (under 3 minutes, after the build)
	cmake --build $(BUILD) -j $(JOBS)
	ctest --test-dir $(BUILD) --output-on-failure --no-label-summary -LE slow

test-all: configure ## the same and the slow ones
	cmake --build $(BUILD) -j $(JOBS)
	ctest --test-dir $(BUILD) --output-on-failure --no-label-summary

# With torch at hand PyTorch runs the same workloads, each right after limn's.
PYTHON ?= python3
PEER ?= $(wildcard ../shared/peer/bench_pytorch.py)

bench: setup ## print the benchmark table, beside PyTorch where python3 has torch; ARGS="nic --repeats 3"
	cmake --preset bench
	cmake --build build/bench -j $(JOBS) --target limn_bench
	if test -n "$(PEER)" && $(PYTHON) -c 'import torch' 2>/dev/null; then \
	  build/bench/limn_bench --peer-command "$(PYTHON) $(PEER)" $(ARGS); \
	else build/bench/limn_bench $(ARGS); fi

umbrellas: ## list every public header in limn/FOLDER.h and limn/limn.h again
	sh tests/house/umbrellas.sh include/limn

format: ## clang-format all sources
	git ls-files '*.h' '*.cpp' | xargs clang-format -i

tidy: configure ## clang-tidy the library
	git ls-files 'lib/*.cpp' | xargs -P $(JOBS) -n 4 clang-tidy -p $(BUILD) --quiet

install: all ## install to PREFIX (default /usr/local)
	cmake --build $(BUILD) -j $(JOBS) --target limn
	cmake --install $(BUILD) $(if $(PREFIX),--prefix $(PREFIX))

clean: ## remove build/
	rm -rf build
