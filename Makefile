# ordersync: `make demo` and `make test` do all the set-up on a fresh Debian or Ubuntu with Swift.

PREFIX     ?= /usr/local
DESTDIR    ?=
SYSCONFDIR ?= /etc
# systemd looks under /usr/local/lib and under /usr/lib.
UNITDIR    ?= $(PREFIX)/lib/systemd/system
SYSUSERDIR ?= $(PREFIX)/lib/sysusers.d
MANDIR     ?= $(PREFIX)/share/man
DOCDIR     ?= $(PREFIX)/share/doc/ordersync
BASHDIR    ?= $(PREFIX)/share/bash-completion/completions
ZSHDIR     ?= $(PREFIX)/share/zsh/site-functions
FISHDIR    ?= $(PREFIX)/share/fish/vendor_completions.d

PACKAGES   := libsqlite3-dev libcurl4-openssl-dev sqlite3
# Without debug information the first build is a tenth shorter; demo and tests share it.
DEBUG      := -debug-info-format none
RELEASE    := -c release --static-swift-stdlib
BINARY     := .build/release/ordersync
SUDO       := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

.PHONY: help setup build demo test test-browser lint release install uninstall deb test-systemd
.PHONY: bench bench-freshness simulate docs clean

help:
	@echo "make demo      sync a simulated shop into ./ordersync-demo.db"
	@echo "make test      run all tests"
	@echo "make simulate SEED=n  replay one plan of the simulation; TRACE=1 prints its last events"
	@echo "make test-browser  open the status page in a headless Chromium, take pictures"
	@echo "make docs      build the reference of the core and the adapters (DocC)"
	@echo "make lint      check the format of the source"
	@echo "make release   build the optimised binary"
	@echo "make install   install binary, config, unit, man page, completions (after make release)"
	@echo "make uninstall remove them; configuration, secrets and the database stay"
	@echo "make deb       build a Debian package (after make release)"
	@echo "make test-systemd  test the installed service in a booted systemd (needs root)"
	@echo "make bench-freshness  compare the age of data with the least that is possible"
	@echo "make bench     measure speed, memory and idle cost"

# Installs what is missing, and only then asks for root.
setup:
	@command -v swift >/dev/null || { \
	  echo "ordersync needs Swift 6.2 or newer: https://www.swift.org/install/linux"; exit 1; }
	@missing=""; for p in $(PACKAGES); do \
	  dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$p"; \
	done; \
	if [ -n "$$missing" ]; then \
	  echo "Installing:$$missing"; \
	  $(SUDO) apt-get update -qq && \
	  DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	fi

build: setup
	@echo "Building ordersync (the first time takes about two minutes) …"
	@swift build $(DEBUG) --product ordersync -q

demo: build
	@.build/debug/ordersync demo

test: setup
	@Tests/run $(DEBUG)

# SEED=n [PLAN=all|orders|work|clock] [OFFSET=seconds] [TRACE=1]
simulate: setup
	@[ -n "$(SEED)" ] || { echo "Usage: make simulate SEED=n [TRACE=1]"; exit 64; }
	@swift build $(DEBUG) --build-tests -q
	@ORDERSYNC_SIM_SEED=$(SEED) ORDERSYNC_SIM_PLAN=$(PLAN) ORDERSYNC_SIM_OFFSET=$(OFFSET) \
	  ORDERSYNC_SIM_TRACE=$(TRACE) swift test --skip-build --disable-xctest \
	  --filter SimulationTests/onePlanIsReplayed >.build/simulation.log 2>&1; status=$$?; \
	  grep -vE '^(◇|✔|✘|↳|\[|warning)' .build/simulation.log; exit $$status

# Chromium and a font with Chinese, for this alone.
test-browser: build
	@command -v chromium >/dev/null && fc-list 2>/dev/null | grep -q CJK || { \
	  echo "Installing: chromium fonts-noto-cjk"; \
	  $(SUDO) apt-get update -qq && DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -qq \
	    --no-install-recommends chromium fonts-noto-cjk fontconfig curl >/dev/null; }
	Tests/browser/run

docs: build
	@docs/build-reference

lint:
	swift format lint --strict --recursive Package.swift Sources Tests

release: setup
	swift build $(RELEASE) --product ordersync

# Everything that is there afterwards is in `uninstall` too, but for what the user wrote.
install:
	@[ -x $(BINARY) ] || { echo "run 'make release' first (not as root)"; exit 1; }
	@! ldd $(BINARY) | grep -q libswift || { \
	  echo "$(BINARY) needs the Swift toolchain at run time: run 'make release' again"; exit 1; }
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(SYSCONFDIR)/ordersync $(DESTDIR)$(UNITDIR) \
	  $(DESTDIR)$(SYSUSERDIR) $(DESTDIR)$(MANDIR)/man1 $(DESTDIR)$(DOCDIR) \
	  $(DESTDIR)$(BASHDIR) $(DESTDIR)$(ZSHDIR) $(DESTDIR)$(FISHDIR)
	install -m 755 -s $(BINARY) $(DESTDIR)$(PREFIX)/bin/ordersync
	[ -e $(DESTDIR)$(SYSCONFDIR)/ordersync/ordersync.toml ] || \
	  install -m 644 config/ordersync.toml $(DESTDIR)$(SYSCONFDIR)/ordersync/ordersync.toml
	sed 's|@PREFIX@|$(PREFIX)|g' systemd/ordersync.service > $(DESTDIR)$(UNITDIR)/ordersync.service
	chmod 644 $(DESTDIR)$(UNITDIR)/ordersync.service
	install -m 644 systemd/ordersync.sysusers $(DESTDIR)$(SYSUSERDIR)/ordersync.conf
	install -m 644 docs/ordersync.1 $(DESTDIR)$(MANDIR)/man1/ordersync.1
	install -m 644 README.md README.zh-CN.md CHANGELOG.md docs/*.md config/ordersync.toml $(DESTDIR)$(DOCDIR)
	$(BINARY) --generate-completion-script bash | sed 1d > $(DESTDIR)$(BASHDIR)/ordersync
	$(BINARY) --generate-completion-script zsh > $(DESTDIR)$(ZSHDIR)/_ordersync
	$(BINARY) --generate-completion-script fish > $(DESTDIR)$(FISHDIR)/ordersync.fish
	chmod 644 $(DESTDIR)$(BASHDIR)/ordersync $(DESTDIR)$(ZSHDIR)/_ordersync \
	  $(DESTDIR)$(FISHDIR)/ordersync.fish
	@if [ -z "$(DESTDIR)" ] && [ -d /run/systemd/system ]; then \
	  systemd-sysusers $(SYSUSERDIR)/ordersync.conf && systemctl daemon-reload || exit 1; \
	  if systemctl -q is-active ordersync; then \
	    echo "The service still runs the version before: systemctl restart ordersync"; \
	  else \
	    echo "Next: edit $(SYSCONFDIR)/ordersync/ordersync.toml," \
	      "then systemctl enable --now ordersync"; \
	  fi; \
	fi

# Configuration, secrets, the database and the user stay.
uninstall:
	@if [ -z "$(DESTDIR)" ] && [ -d /run/systemd/system ]; then \
	  systemctl disable --now ordersync 2>/dev/null || true; \
	fi
	rm -f $(DESTDIR)$(PREFIX)/bin/ordersync $(DESTDIR)$(UNITDIR)/ordersync.service \
	  $(DESTDIR)$(SYSUSERDIR)/ordersync.conf $(DESTDIR)$(MANDIR)/man1/ordersync.1 \
	  $(DESTDIR)$(BASHDIR)/ordersync $(DESTDIR)$(ZSHDIR)/_ordersync \
	  $(DESTDIR)$(FISHDIR)/ordersync.fish
	rm -rf $(DESTDIR)$(DOCDIR)
	@if [ -z "$(DESTDIR)" ] && [ -d /run/systemd/system ]; then \
	  systemctl daemon-reload; \
	  echo "Left as they are: $(SYSCONFDIR)/ordersync, /var/lib/ordersync, the user ordersync"; \
	fi

# The Debian package of the release build, as .build/ordersync_VERSION_ARCH.deb.
deb:
	@packaging/debian/build

# Installs, runs, breaks, upgrades and removes the service in a booted systemd (root; 3 to 5 minutes).
test-systemd:
	@Tests/systemd/run

# The scheduler against the best schedule with the same calls, in virtual time: seconds.
bench-freshness:
	@Benchmarks/freshness/run

bench: release
	Benchmarks/run

clean:
	rm -rf .build ordersync-demo.db*
