# Two commands are enough: `make demo` shows what it does, `make test` proves that it works.

SWIFT ?= swift
PREFIX ?= /usr/local
DESTDIR ?=
SHARE = $(DESTDIR)$(PREFIX)/share/tocsin
PROJECT_FOLDERS = agents prompts runbooks datasets

# Header that must be there, then the Debian and Ubuntu package that brings it.
SYSTEM_PACKAGES = curl/curl.h:libcurl4-openssl-dev sqlite3.h:libsqlite3-dev zlib.h:zlib1g-dev
# Command that tests are run against, then its package. Without one, its tests are skipped and say so.
TEST_COMMANDS = openssl:openssl kubectl:kubernetes-client promtool:prometheus amtool:prometheus-alertmanager tmux:tmux \
	python3:python3 mkfs.ext4:e2fsprogs \
	chromium:chromium \
	$(LAB_COMMANDS)
# What the lab is made of: the same.
LAB_COMMANDS = ip:iproute2 nft:nftables nginx:nginx-light redis-server:redis-server pg_ctlcluster:postgresql \
	prometheus:prometheus prometheus-node-exporter:prometheus-node-exporter \
	prometheus-postgres-exporter:prometheus-postgres-exporter prometheus-redis-exporter:prometheus-redis-exporter \
	prometheus-nginx-exporter:prometheus-nginx-exporter
INCLUDE_FOLDERS = /usr/include /usr/local/include /usr/include/$(shell uname -m)-linux-gnu

# The case that `make demo` investigates: the first recorded one that has a fault.
DEMO_CASE ?= $(patsubst %/truth.yaml,%,$(firstword $(sort $(shell \
	grep -rL --include=truth.yaml -E '^healthy: *true' datasets/shop 2>/dev/null))))
DEMO_REPORT ?= .build/demo/report.html

.PHONY: help deps test-deps lab-deps python-environments build release lab lab-live lab-test record demo test check format \
	install uninstall clean

help:
	@echo 'make demo                 investigate an incident of real processes and show the report'
	@echo 'make test                 build with warnings as errors, run all tests, check the project folder'
	@echo 'make build                debug build'
	@echo 'make lab                  release build of the lab, a shop of real processes that can be broken (docs/lab.md)'
	@echo 'make lab-live FAULT=failing-release   break the lab and let tocsin investigate it while the fault lasts'
	@echo 'make record SEED=1        record incidents in it, into $(RECORDED); needs root, takes hours'
	@echo 'make lab-test             start the lab, break it, end it, and see that nothing is left'
	@echo 'make check                format and project folder, without the tests'
	@echo 'make format               format the source in place'
	@echo 'make install PREFIX=DIR   release build into DIR/bin and DIR/share/tocsin (now $(PREFIX))'
	@echo 'make uninstall PREFIX=DIR'
	@echo 'make clean'

deps:
	@if ! command -v $(SWIFT) >/dev/null; then \
	  echo 'make: no Swift toolchain found. Install Swift 6.2 or later from https://www.swift.org/install/linux/' \
	    'and put it on the PATH.' >&2; exit 69; fi
	@version=$$($(SWIFT) --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1); \
	major=$${version%%.*}; minor=$${version#*.}; \
	if [ "$${major:-0}" -lt 6 ] || { [ "$$major" -eq 6 ] && [ "$${minor:-0}" -lt 2 ]; }; then \
	  echo "make: Swift 6.2 or later is needed; '$(SWIFT) --version' says $${version:-nothing that was understood}." \
	    'Get a newer one from https://www.swift.org/install/linux/' >&2; exit 69; fi
	@missing=; for entry in $(SYSTEM_PACKAGES); do \
	  found=; for folder in $(INCLUDE_FOLDERS); do [ -e "$$folder/$${entry%%:*}" ] && found=yes; done; \
	  [ -n "$$found" ] || missing="$$missing $${entry#*:}"; done; \
	[ -n "$$missing" ] || exit 0; \
	if ! command -v apt-get >/dev/null; then \
	  echo "make: the development files of$$missing are missing (Debian's names) and there is no apt-get." \
	    'Install them with the package manager of this system, then run make again.' >&2; exit 69; fi; \
	as_root=; if [ "$$(id -u)" -ne 0 ]; then as_root=sudo; command -v sudo >/dev/null || { \
	  echo "make: missing system packages:$$missing. Run as root: apt-get install$$missing" >&2; exit 69; }; fi; \
	echo "make: installing missing system packages:$$missing" >&2; \
	$$as_root apt-get update -qq && \
	$$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing

# Services that come with these packages stay off: a file that forbids it is there while they are installed.
test-deps: INSTALLED = $(TEST_COMMANDS)
lab-deps: INSTALLED = $(LAB_COMMANDS)
test-deps lab-deps: deps
	@missing=; for entry in $(INSTALLED); do \
	  command -v "$${entry%%:*}" >/dev/null || missing="$$missing $${entry#*:}"; done; \
	python3 -c 'import ensurepip' 2>/dev/null || missing="$$missing python3-venv"; \
	[ -n "$$missing" ] || exit 0; \
	as_root=; [ "$$(id -u)" -eq 0 ] || as_root='sudo -n'; \
	echo "make: installing what tests are run against:$$missing" >&2; \
	policy=/usr/sbin/policy-rc.d; made=; if [ ! -e $$policy ]; then made=yes; \
	  printf '#!/bin/sh\nexit 101\n' | $$as_root tee $$policy >/dev/null; $$as_root chmod +x $$policy; fi; \
	$$as_root apt-get update -qq; \
	for package in $$missing; do \
	  $$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$$package" || \
	    echo "make: $$package cannot be installed; what needs it is skipped" >&2; done; \
	[ -z "$$made" ] || $$as_root rm -f $$policy

# Environments of Python with the programs that tests talk to, one for each line of the list; made again when the line, or
# the file of requirements that it ends with, has changed.
python-environments: test-deps
	@grep -v '^#' Tests/python-environments.txt | while read -r name packages; do \
	  folder=.build/python/$$name; wanted="$$packages $$(cat "$${packages##* }" 2>/dev/null | cksum)"; \
	  [ "$$(cat $$folder/installed 2>/dev/null)" != "$$wanted" ] || continue; \
	  echo "make: installing into $$folder: $$packages" >&2; rm -rf "$$folder"; \
	  { python3 -m venv "$$folder" && "$$folder/bin/pip" install -q --disable-pip-version-check $$packages && \
	    printf '%s' "$$wanted" > "$$folder/installed"; } || { rm -rf "$$folder"; \
	    echo "make: $$packages cannot be installed; the tests that need it are skipped" >&2; }; done

build: deps
	$(SWIFT) build

release: deps
	$(SWIFT) build -c release --product tocsin

# The lab (docs/lab.md): its two programs, and the recording of datasets/shop, which goes on where it was stopped: one
# part to develop on, and one of another seed that is kept to measure with.
SEED ?= 1
RECORDED ?= datasets/shop

lab: lab-deps
	$(SWIFT) build -c release --product tocsin-shop
	$(SWIFT) build -c release --product tocsin-lab

FAULT ?= failing-release

lab-live: release lab
	"$$($(SWIFT) build -c release --show-bin-path)/tocsin-lab" live $(FAULT)

record: lab
	lab="$$($(SWIFT) build -c release --show-bin-path)/tocsin-lab"; \
	"$$lab" record --to $(RECORDED)/develop --seed $(SEED) --cases 22 --healthy 8 && \
	"$$lab" record --to $(RECORDED)/kept --seed $$(($(SEED) + 1)) --cases 44 --healthy 30

# The lab from its start to its end, with a fault in between, as root and on loopback: about a minute and a half.
lab-test: lab-deps
	TOCSIN_TEST_LAB=1 TOCSIN_STRICT=1 $(SWIFT) test --filter LabEndToEndTests

demo: release
	@[ -n "$(DEMO_CASE)" ] || { echo 'make: no case with a fault found in datasets/shop;' \
	  'name one with make demo DEMO_CASE=FOLDER' >&2; exit 65; }
	@mkdir -p $(dir $(DEMO_REPORT))
	@tocsin="$$($(SWIFT) build -c release --show-bin-path)/tocsin"; \
	echo; echo "$$ tocsin investigate $(DEMO_CASE)"; \
	"$$tocsin" investigate "$(DEMO_CASE)" && \
	"$$tocsin" investigate "$(DEMO_CASE)" --format html --output "$(DEMO_REPORT)" && \
	echo && echo "The same report with charts, for a browser: $(abspath $(DEMO_REPORT))"

# TOCSIN_STRICT makes warnings in our own targets errors; dependencies are left alone.
test: python-environments
	TOCSIN_STRICT=1 $(SWIFT) build --build-tests
	TOCSIN_STRICT=1 $(SWIFT) test --skip-build
	"$$(TOCSIN_STRICT=1 $(SWIFT) build --show-bin-path)/tocsin" check

check: build
	$(SWIFT) format lint -r -s Sources Tests Package.swift
	"$$($(SWIFT) build --show-bin-path)/tocsin" check

format:
	$(SWIFT) format -i -r Sources Tests Package.swift

install: release
	install -d "$(DESTDIR)$(PREFIX)/bin" "$(SHARE)"
	install -m 755 "$$($(SWIFT) build -c release --show-bin-path)/tocsin" "$(DESTDIR)$(PREFIX)/bin/tocsin"
	for folder in $(PROJECT_FOLDERS); do \
	  [ ! -d "$$folder" ] || { rm -rf "$(SHARE)/$$folder" && cp -R "$$folder" "$(SHARE)/$$folder"; } || exit 1; done
	@echo "installed $(DESTDIR)$(PREFIX)/bin/tocsin and $(SHARE)"

uninstall:
	rm -f "$(DESTDIR)$(PREFIX)/bin/tocsin"
	for folder in $(PROJECT_FOLDERS); do rm -rf "$(SHARE)/$$folder"; done
	[ ! -d "$(SHARE)" ] || rmdir "$(SHARE)"

clean:
	$(SWIFT) package clean
	rm -rf .build/demo
