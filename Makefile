# make run      a demo blog on http://127.0.0.1:8098/
# make test     the whole test suite
# make test-servers   the blog behind every web server that Debian has
# make build    dist/cgi-bin/* and dist/mayfly
# make install  copies them to a web server's directories, as root too: it builds nothing that is there
# make uninstall   takes them away again, and leaves the data
# make dist     a tarball for hosts that are reached by SFTP: dist/mayfly-VERSION-ARCH.tar.gz;
#               ARCH=aarch64 makes one for another processor
# make dist-check  builds it twice, in two folders, and insists on the same bytes
# make audit    asks the RustSec database about each crate
# make bench    what a request costs: tests/load/REPORT.md; QUICK=1 takes a minute
# make fuzz     makes up input for a minute each; SECONDS=3600 TARGETS="request media" for longer
# make scan     Wapiti and sqlmap against Apache and lighttpd, which takes long

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
HOST     := $(shell uname -m)
ARCH     ?= $(HOST)
MUSL     := $(ARCH)-unknown-linux-musl
# Programs for another processor have a folder of their own.
OUT      := dist$(if $(filter-out $(HOST),$(ARCH)),/$(ARCH))

# For `make install`: where the command line goes, where the programs go, where
# the data is, and what the programs' names end in (some hosts want .cgi).
PREFIX  ?= /usr/local
CGI_BIN ?= $(PREFIX)/lib/mayfly/cgi-bin
DATA    ?=
SUFFIX  ?=

# Entity tags change with the sources, so that no browser keeps an old page.
export MAYFLY_BUILD := $(shell cat Cargo.lock schema.sql `find src cgi-bin -type f | LC_ALL=C sort` | cksum | cut -d' ' -f1)

.PHONY: all run test test-servers build bench fuzz scan install uninstall dist dist-check audit clean tools lint

all: build

run: build
	@test -e demo/blog.db || dist/mayfly init --demo demo
	@dist/mayfly --data demo serve

# Static programs where musl can be had; else programs for the host's own libc. Those that
# visitors start are optimised across crates (LTO), which takes as long as all the rest of them.
build:
	@set -e; \
	target=`deploy/musl.sh $(MUSL)`; \
	mkdir -p target $(OUT)/cgi-bin; \
	deploy/flags.sh "$$target" >target/flags-$(ARCH).toml; \
	plain="--config target/flags-$(ARCH).toml --release --locked $${target:+--target $$target}"; \
	indexed="$$plain --target-dir target/indexed"; \
	cargo build $$indexed --no-default-features $(SEARCH:%=--bin %); \
	cargo build $$indexed --no-default-features --features admin $(SIGNED:%=--bin %); \
	cargo build $$indexed --bin mayfly; \
	flags=`sed -n '/^LIBSQLITE3_FLAGS/,/"""$$/p' .cargo/config.toml | tr '\n' ' ' | sed 's/.*= *"""//; s/""".*//'`; \
	export LIBSQLITE3_FLAGS="$$flags -USQLITE_ENABLE_FTS5"; \
	[ -z "$$target" ] || export CARGO_PROFILE_RELEASE_STRIP=none; \
	CARGO_PROFILE_RELEASE_LTO=fat \
	cargo build $$plain --no-default-features $(READING:%=--bin %); \
	CARGO_PROFILE_RELEASE_LTO=fat \
	cargo build $$plain --no-default-features --features guestbook $(STRANGER:%=--bin %); \
	cargo build $$plain --no-default-features --features grep $(PATTERN:%=--bin %); \
	cargo build $$plain --no-default-features --features qr $(DRAWING:%=--bin %); \
	for program in $(READING) $(STRANGER) $(PATTERN) $(DRAWING); do install -m 755 target/$${target:+$$target/}release/$$program $(OUT)/cgi-bin/; done; \
	for program in $(SEARCH) $(SIGNED); do install -m 755 target/indexed/$${target:+$$target/}release/$$program $(OUT)/cgi-bin/; done; \
	install -m 755 target/indexed/$${target:+$$target/}release/mayfly $(OUT)/

# Root often has no Cargo: what `make build` made is installed as it is.
dist/mayfly:
	$(MAKE) build

install: dist/mayfly
	@PREFIX='$(PREFIX)' CGI_BIN='$(CGI_BIN)' DATA='$(DATA)' SUFFIX='$(SUFFIX)' DESTDIR='$(DESTDIR)' deploy/install.sh

uninstall:
	@PREFIX='$(PREFIX)' CGI_BIN='$(CGI_BIN)' SUFFIX='$(SUFFIX)' DESTDIR='$(DESTDIR)' deploy/install.sh --remove

dist: build
	deploy/dist.sh $(OUT) $(ARCH)

dist-check:
	deploy/twice.sh $(ARCH)

# `build` first: what a program costs is counted on the ones that are installed.
test: tools lint build
	cargo test --locked --no-fail-fast

# Behind every web server that Debian has; `test` tries the usual ones.
test-servers: tools
	@tests/tools.sh all
	cargo test --locked --test servers -- --include-ignored matrix

bench: build
	cargo run --release --locked --example load

# What is new is added to the corpus; what breaks a property ends the run, and is left in
# tests/fuzz/artifacts. cargo-fuzz passes flags that want the newer compiler's leave.
SECONDS ?= 60
TARGETS ?= $(basename $(notdir $(wildcard tests/fuzz/targets/*.rs)))

fuzz: target/tools/bin/cargo-fuzz
	@for target in $(TARGETS); do \
	    words=tests/fuzz/dictionaries/$$target.dict; test -e $$words || words=; \
	    RUSTC_BOOTSTRAP=1 $< fuzz run --fuzz-dir tests/fuzz --target-dir target/fuzz --sanitizer none $$target -- \
	        -max_total_time=$(SECONDS) -max_len=4096 -timeout=10 $${words:+-dict=$$words} || exit 1; \
	done

target/tools/bin/cargo-fuzz:
	cargo install --locked --root target/tools cargo-fuzz@0.13.2

scan: tools
	@tests/tools.sh scan
	cargo test --locked --test servers -- --ignored --nocapture --test-threads 1 scan

# What has a lock file of its own, which has to know what the library needs by now.
APART := tests/fuzz tests/load/rivals/axum tests/load/rivals/guestbook

lint: target/deny/ready
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings
	target/deny/bin/cargo-deny --locked check licenses bans sources
	@for folder in $(APART); do cargo tree --locked --manifest-path $$folder/Cargo.toml >/dev/null || exit 1; done

# With advisories, which are a repository of their own on GitHub.
audit: target/deny/ready
	target/deny/bin/cargo-deny --locked check

# What the tests start: real web servers and caches, a browser, validators, feed readers,
# and what looks at the crates.
tools:
	@tests/tools.sh
	@for folder in html browser; do (cd tests/$$folder && npm ci --silent --no-audit --no-fund) || exit 1; done
	@$(MAKE) -s target/feeds/ready target/deny/ready

target/%/ready: tests/%/requirements.txt
	@python3 -m venv --clear target/$*
	@target/$*/bin/python3 -m pip install -q --disable-pip-version-check --require-hashes -r $<
	@touch $@

clean:
	cargo clean
	rm -rf dist
