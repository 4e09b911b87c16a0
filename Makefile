# make run      a demo blog on http://127.0.0.1:8098/
# make test     the whole test suite
# make build    dist/cgi-bin/* and dist/mayfly
# make bench    what a request costs: tests/load/REPORT.md; QUICK=1 takes a minute
# make install  copies them to a web server's directories

# Those that only read, those for whoever signs in, which link more, and the one
# that strangers write by.
READING  := home post archive tag kind page feed
SIGNED   := login admin
STRANGER := guestbook
PROGRAMS := $(READING) $(SIGNED) $(STRANGER)
ARCH     := $(shell uname -m)
MUSL     := $(ARCH)-unknown-linux-musl

# For `make install`: where the command line goes, where the programs go, where
# the data is, and what the programs' names end in (some hosts want .cgi).
PREFIX  ?= /usr/local
CGI_BIN ?= $(PREFIX)/lib/mayfly/cgi-bin
DATA    ?=
SUFFIX  ?=

# Entity tags change with the sources, so that no browser keeps an old page.
export MAYFLY_BUILD := $(shell cat Cargo.lock schema.sql `find src cgi-bin -type f | sort` | cksum | cut -d' ' -f1)

.PHONY: all run test build bench install clean tools lint

all: build

run: build
	@test -e demo/blog.db || dist/mayfly init --demo demo
	@dist/mayfly --data demo serve

# Static programs where musl can be had; else programs for the host's own libc.
build:
	@target=`deploy/musl.sh $(MUSL)`; \
	set -e; \
	cargo build --release --locked $${target:+--target $$target} --no-default-features $(READING:%=--bin %); \
	cargo build --release --locked $${target:+--target $$target} --no-default-features --features admin $(SIGNED:%=--bin %); \
	cargo build --release --locked $${target:+--target $$target} --no-default-features --features guestbook $(STRANGER:%=--bin %); \
	cargo build --release --locked $${target:+--target $$target} --bin mayfly; \
	mkdir -p dist/cgi-bin; \
	for program in $(PROGRAMS); do install -m 755 target/$${target:+$$target/}release/$$program dist/cgi-bin/; done; \
	install -m 755 target/$${target:+$$target/}release/mayfly dist/

install: build
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(CGI_BIN)
	install -m 755 dist/mayfly $(DESTDIR)$(PREFIX)/bin/mayfly
	@set -e; for program in $(PROGRAMS); do \
		echo install -m 755 dist/cgi-bin/$$program $(DESTDIR)$(CGI_BIN)/$$program$(SUFFIX); \
		install -m 755 dist/cgi-bin/$$program $(DESTDIR)$(CGI_BIN)/$$program$(SUFFIX); \
	done
ifneq ($(DATA),)
	printf 'data = %s\n' '$(DATA)' > $(DESTDIR)$(CGI_BIN)/mayfly.conf
endif

# `build` first: what a program costs is counted on the ones that are installed.
test: tools lint build
	cargo test --locked --no-fail-fast

bench: build
	cargo run --release --locked --example load

lint:
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings

# What the tests start: real web servers, a browser, an HTML validator.
tools:
	@tests/tools.sh
	@cd tests/html && npm ci --silent --no-audit --no-fund

clean:
	cargo clean
	rm -rf dist
