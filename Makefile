# ordersync: `make demo` and `make test` do all the set-up on a fresh Debian or Ubuntu with Swift.

PREFIX     ?= /usr/local
DESTDIR    ?=
SYSCONFDIR ?= /etc
UNITDIR    ?= /lib/systemd/system
SYSUSERDIR ?= /usr/lib/sysusers.d

PACKAGES   := libsqlite3-dev libcurl4-openssl-dev sqlite3
# Without debug information the first build is a tenth shorter; demo and tests share it.
DEBUG      := -debug-info-format none
RELEASE    := -c release --static-swift-stdlib
SUDO       := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

.PHONY: help setup build demo test test-browser lint release install uninstall bench clean

help:
	@echo "make demo      sync a simulated shop into ./ordersync-demo.db"
	@echo "make test      run all tests"
	@echo "make test-browser  open the status page in a headless Chromium, take pictures"
	@echo "make lint      check the format of the source"
	@echo "make release   build the optimised binary"
	@echo "make install   install binary, config, unit and completions (after make release)"
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
	swift test $(DEBUG)

# Chromium and a font with Chinese, for this alone.
test-browser: build
	@command -v chromium >/dev/null && fc-list 2>/dev/null | grep -q CJK || { \
	  echo "Installing: chromium fonts-noto-cjk"; \
	  $(SUDO) apt-get update -qq && DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -qq \
	    --no-install-recommends chromium fonts-noto-cjk fontconfig curl >/dev/null; }
	Tests/browser/run

lint:
	swift format lint --strict --recursive Package.swift Sources Tests

release: setup
	swift build $(RELEASE) --product ordersync

install:
	@[ -x .build/release/ordersync ] || { echo "run 'make release' first (not as root)"; exit 1; }
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(SYSCONFDIR)/ordersync $(DESTDIR)$(UNITDIR) \
	  $(DESTDIR)$(SYSUSERDIR) $(DESTDIR)$(PREFIX)/share/bash-completion/completions \
	  $(DESTDIR)$(PREFIX)/share/zsh/site-functions $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
	install -m 755 -s .build/release/ordersync $(DESTDIR)$(PREFIX)/bin/ordersync
	[ -e $(DESTDIR)$(SYSCONFDIR)/ordersync/ordersync.toml ] || \
	  install -m 644 config/ordersync.toml $(DESTDIR)$(SYSCONFDIR)/ordersync/ordersync.toml
	sed 's|@PREFIX@|$(PREFIX)|' systemd/ordersync.service > $(DESTDIR)$(UNITDIR)/ordersync.service
	install -m 644 systemd/ordersync.sysusers $(DESTDIR)$(SYSUSERDIR)/ordersync.conf
	for shell in bash zsh fish; do \
	  .build/release/ordersync --generate-completion-script $$shell > .build/completion.$$shell; done
	install -m 644 .build/completion.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/ordersync
	install -m 644 .build/completion.zsh $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_ordersync
	install -m 644 .build/completion.fish $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/ordersync.fish
	@if [ -z "$(DESTDIR)" ]; then \
	  systemd-sysusers $(SYSUSERDIR)/ordersync.conf 2>/dev/null; \
	  systemctl daemon-reload 2>/dev/null; \
	  echo "Next: edit $(SYSCONFDIR)/ordersync/ordersync.toml, then systemctl enable --now ordersync"; \
	fi; true

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/ordersync $(DESTDIR)$(UNITDIR)/ordersync.service \
	  $(DESTDIR)$(SYSUSERDIR)/ordersync.conf \
	  $(DESTDIR)$(PREFIX)/share/bash-completion/completions/ordersync \
	  $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_ordersync \
	  $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/ordersync.fish

bench: release
	Benchmarks/run

clean:
	rm -rf .build ordersync-demo.db*
