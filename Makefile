# make run      a demo blog on http://127.0.0.1:8098/
# make test     the whole test suite
# make test-servers   the blog behind every web server that Debian has
# make build    dist/cgi-bin/* and dist/mayfly
# make install  copies them to a web server's directories, as root too: it builds nothing that is there
# make bench    what a request costs: tests/load/REPORT.md; QUICK=1 takes a minute

# Those that only read, those for whoever signs in, which link more, the two that
# strangers write by, the one that looks for patterns, the one that draws,
# and the one that searches. The SQLite of
# whoever searches or publishes has the index of words (FTS5), which registers itself
# at every start: the others need not wait for it.
READING  := home post archive tag kind page feed sitemap twin
SIGNED   := login admin media
STRANGER := guestbook comment
PATTERN  := grep
SEARCH   := search
DRAWING  := qr
PROGRAMS := $(READING) $(SIGNED) $(STRANGER) $(PATTERN) $(SEARCH) $(DRAWING)
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

.PHONY: all run test test-servers build bench install clean tools lint

all: build

run: build
	@test -e demo/blog.db || dist/mayfly init --demo demo
	@dist/mayfly --data demo serve

# Static programs where musl can be had; else programs for the host's own libc.
build:
	@target=`deploy/musl.sh $(MUSL)`; \
	link=`deploy/link.sh $$target`; \
	set -e; \
	plain="$$link --release --locked $${target:+--target $$target}"; \
	indexed="$$plain --target-dir target/indexed"; \
	cargo build $$indexed --no-default-features $(SEARCH:%=--bin %); \
	cargo build $$indexed --no-default-features --features admin $(SIGNED:%=--bin %); \
	cargo build $$indexed --bin mayfly; \
	flags=`sed -n '/^LIBSQLITE3_FLAGS/,/"""$$/p' .cargo/config.toml | tr '\n' ' ' | sed 's/.*= *"""//; s/""".*//'`; \
	export LIBSQLITE3_FLAGS="$$flags -USQLITE_ENABLE_FTS5"; \
	cargo build $$plain --no-default-features $(READING:%=--bin %); \
	cargo build $$plain --no-default-features --features guestbook $(STRANGER:%=--bin %); \
	cargo build $$plain --no-default-features --features grep $(PATTERN:%=--bin %); \
	cargo build $$plain --no-default-features --features qr $(DRAWING:%=--bin %); \
	mkdir -p dist/cgi-bin; \
	for program in $(READING) $(STRANGER) $(PATTERN) $(DRAWING); do install -m 755 target/$${target:+$$target/}release/$$program dist/cgi-bin/; done; \
	for program in $(SEARCH) $(SIGNED); do install -m 755 target/indexed/$${target:+$$target/}release/$$program dist/cgi-bin/; done; \
	install -m 755 target/indexed/$${target:+$$target/}release/mayfly dist/

# Root often has no Cargo: what `make build` made is installed as it is.
dist/mayfly:
	$(MAKE) build

install: dist/mayfly
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

# Behind every web server that Debian has; `test` tries the usual ones.
test-servers: tools
	@tests/tools.sh all
	cargo test --locked --test servers -- --include-ignored matrix

bench: build
	cargo run --release --locked --example load

lint:
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings

# What the tests start: real web servers and caches, a browser, validators, feed readers.
tools:
	@tests/tools.sh
	@for folder in html browser; do (cd tests/$$folder && npm ci --silent --no-audit --no-fund) || exit 1; done
	@test target/feeds/ready -nt tests/feeds/requirements.txt || { \
		python3 -m venv --clear target/feeds && \
		target/feeds/bin/python3 -m pip install -q --disable-pip-version-check --require-hashes \
			-r tests/feeds/requirements.txt && \
		touch target/feeds/ready; }

clean:
	cargo clean
	rm -rf dist
