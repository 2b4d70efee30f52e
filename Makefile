# SPDX-License-Identifier: Apache-2.0
# filterd: build, test, measure, install. `make help` lists the targets.

VERSION   := $(shell sed -n 's/^\#define FILTER_VERSION "\(.*\)"/\1/p' libfilter/filter.h)
SOVERSION := 0

PREFIX    ?= /usr/local
DESTDIR   ?=
BINDIR    ?= $(PREFIX)/bin
SBINDIR   ?= $(PREFIX)/sbin
LIBDIR    ?= $(PREFIX)/lib
DATADIR   ?= $(PREFIX)/share
UNITDIR   ?= $(PREFIX)/lib/systemd/system

CC        ?= cc
CLANG     ?= clang
PYTHON    ?= /usr/bin/python3
PKGCONFIG ?= pkg-config

# What is built, by name of Debian 12 package. `make setup` installs what is missing.
PACKAGES_BUILD := gcc make pkg-config libc6-dev libhyperscan-dev libpcre2-dev libicu-dev libyaml-dev \
                  libsodium-dev libzmq3-dev libjansson-dev libsystemd-dev
PACKAGES_TEST  := $(PACKAGES_BUILD) libcmocka-dev python3 python3-zmq python3-yaml python3-jsonschema \
                  clang libclang-rt-14-dev

# VARIANT: release, or asan (with undefined behaviour), tsan, fuzz (clang, libFuzzer).
VARIANT ?= release
ifeq ($(VARIANT),release)
  OUT := build
  OPT := -O2 -g
else ifeq ($(VARIANT),asan)
  OUT := build/asan
  OPT := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
else ifeq ($(VARIANT),tsan)
  OUT := build/tsan
  OPT := -O1 -g -fsanitize=thread
else ifeq ($(VARIANT),fuzz)
  OUT := build/fuzz
  override CC := $(CLANG)
  OPT := -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined
else
  $(error VARIANT is release, asan, tsan or fuzz)
endif
# CI makes warnings errors: make WERROR=1
WERROR ?= $(if $(CI),1,)

LIB_PACKAGES    := libhs libpcre2-8 icu-i18n icu-uc yaml-0.1 libsodium jansson
DAEMON_PACKAGES := libzmq jansson libsystemd

NODE_INCLUDE ?= /usr/include/node

CFLAGS  ?=
CFLAGS_ALL = -std=c11 -D_GNU_SOURCE $(OPT) -fvisibility=hidden -fstack-protector-strong -D_FORTIFY_SOURCE=2 \
             -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wvla $(if $(WERROR),-Werror) \
             -iquote libfilter -iquote filterd -iquote tests -MMD -MP $(CFLAGS)
ifneq ($(VARIANT),release)
  CFLAGS_ALL := $(filter-out -D_FORTIFY_SOURCE=2,$(CFLAGS_ALL))
endif
LDFLAGS_ALL = $(OPT) -Wl,-z,relro,-z,now $(LDFLAGS)
LIB_LIBS    = $(shell $(PKGCONFIG) --libs $(LIB_PACKAGES)) -lpthread -lm
DAEMON_LIBS = $(shell $(PKGCONFIG) --libs $(DAEMON_PACKAGES)) $(LIB_LIBS)

LIB_SOURCES  := $(sort $(wildcard libfilter/*.c libfilter/*/*.c libfilter/*/*/*.c))
LIB_SOURCES  := $(filter-out libfilter/examples/%,$(LIB_SOURCES))
LIB_OBJECTS  := $(LIB_SOURCES:%.c=$(OUT)/obj/%.o)
LIB_PIC      := $(LIB_SOURCES:%.c=$(OUT)/pic/%.o)
CLIENT_SOURCES := filterd/client/client.c filterd/client/fallback.c
DAEMON_ROOMS := core ctl protocol shm zmq
WIRE_SOURCES := $(filter-out filterd/filterd.c filterd/filterctl.c,$(sort $(wildcard filterd/*.c $(DAEMON_ROOMS:%=filterd/%/*.c))))
WIRE_OBJECTS := $(WIRE_SOURCES:%.c=$(OUT)/obj/%.o)
UNIT_TESTS   := $(patsubst tests/%.c,$(OUT)/tests/%,$(wildcard tests/test_*.c tests/unit/*/*_test.c))
FUZZERS      := $(patsubst tests/%.c,build/fuzz/%,$(wildcard tests/fuzz_*.c))

.PHONY: node generate generated-check all help setup setup-test demo test unit e2e rules asan tsan fuzz bench corpus train install uninstall clean example
.DEFAULT_GOAL := all

all: $(OUT)/filterd $(OUT)/filterctl $(OUT)/libfilter.a $(OUT)/libfilter.so $(OUT)/libfilter-client.a $(OUT)/libfilter-client.so  ## build everything (the default)

help:  ## list the targets
	@sed -n 's/^\([a-z0-9-]*\):.*##  *\(.*\)/  make \1 # \2/p' Makefile | sed 's/ # /\t/' | expand -t 18

$(OUT)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) -c $< -o $@

$(OUT)/pic/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) -fPIC -c $< -o $@

$(OUT)/%.a:
	@rm -f $@
	$(AR) rcs $@ $^

$(OUT)/%.so: $(OUT)/%.so.$(VERSION)
	ln -sf $*.so.$(VERSION) $(OUT)/$*.so.$(SOVERSION)
	ln -sf $*.so.$(SOVERSION) $@

$(OUT)/libfilter.a: $(LIB_OBJECTS)

$(OUT)/libfilter.so.$(VERSION): $(LIB_PIC)
	$(CC) $(LDFLAGS_ALL) -shared -Wl,-soname,libfilter.so.$(SOVERSION) -Wl,--no-undefined $^ -o $@ $(LIB_LIBS)

# Needs nothing but libc: what a gateway links to reach the daemon through shared memory.
$(OUT)/libfilter-client.a: $(CLIENT_SOURCES:%.c=$(OUT)/obj/%.o)

$(OUT)/libfilter-client.so.$(VERSION): $(CLIENT_SOURCES:%.c=$(OUT)/pic/%.o)
	$(CC) $(LDFLAGS_ALL) -shared -Wl,-soname,libfilter-client.so.$(SOVERSION) -Wl,--no-undefined $^ -o $@

node: build/filterd.node  ## the addon for Node.js (needs its headers: libnode-dev, or nodejs from NodeSource)

build/filterd.node: filterd/client/node.c $(CLIENT_SOURCES)
	@test -f $(NODE_INCLUDE)/node_api.h || { echo "make node needs $(NODE_INCLUDE)/node_api.h: apt-get install libnode-dev" >&2; exit 1; }
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) -DNODE_GYP_MODULE_NAME=filterd -isystem $(NODE_INCLUDE) -fPIC -shared $^ -o $@

# What the programs share; an archive, so that each takes what it uses.
$(OUT)/programs.a: $(WIRE_OBJECTS)

$(OUT)/filterd $(OUT)/filterctl: $(OUT)/%: $(OUT)/obj/filterd/%.o $(OUT)/programs.a $(OUT)/libfilter.a
	$(CC) $(LDFLAGS_ALL) $^ -o $@ $(DAEMON_LIBS)

# ------------------------------------------------------------------------------------- tests
$(OUT)/tests/%: $(OUT)/obj/tests/%.o $(OUT)/obj/tests/support.o $(OUT)/programs.a $(OUT)/libfilter-client.a $(OUT)/libfilter.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) $^ -o $@ -lcmocka $(DAEMON_LIBS)

$(OUT)/tests/client: $(OUT)/obj/tests/client.o
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) $^ -o $@ $(shell $(PKGCONFIG) --libs libzmq jansson)

$(OUT)/tests/attacker: $(OUT)/obj/tests/attacker.o $(OUT)/libfilter-client.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) $^ -o $@

build/fuzz/fuzz_%: build/fuzz/obj/tests/fuzz_%.o build/fuzz/programs.a build/fuzz/libfilter.a
	$(CC) $(LDFLAGS_ALL) -fsanitize=fuzzer $^ -o $@ $(DAEMON_LIBS)

unit: $(UNIT_TESTS)  ## the unit tests; VARIANT=asan|tsan for a sanitizer
	@mkdir -p $(OUT)/cache && chmod 700 $(OUT)/cache
	@failed=0; for t in $(UNIT_TESTS); do FILTERD_TEST_CACHE=$(OUT)/cache $$t > $$t.log 2>&1 || failed=1; \
	  grep -E '\[  (PASSED|FAILED)  \] [0-9]' $$t.log | sed "s|^|$$(basename $$t) |"; \
	  if ! grep -q '  PASSED  ' $$t.log || grep -q '  FAILED  ' $$t.log; then cat $$t.log; fi; done; exit $$failed

generate: build/filterctl  ## write completions, schema and parts of manual pages from the tables in the code
	@sh filterd/generate.sh $(CURDIR)/build/filterctl

generated-check: build/filterctl build/filterd  ## say which of these files are stale; check the example configuration
	@sh filterd/generate.sh $(CURDIR)/build/filterctl --check
	@build/filterd --quiet --check --rules rules --config filterd/filterd.example.yaml >/dev/null

rules: build/filterctl  ## check the rule packs and their examples
	build/filterctl rules test rules

example: all  ## build the library example against an installed prefix, and run it
	@rm -rf build/stage && $(MAKE) --no-print-directory install DESTDIR= PREFIX=$(CURDIR)/build/stage >/dev/null
	PKG_CONFIG_PATH=build/stage/lib/pkgconfig sh -c '$(CC) -Wall -Wextra -Werror libfilter/examples/inspect.c \
	  $$($(PKGCONFIG) --cflags --libs libfilter) -o build/stage/inspect'
	echo 'mail a.b@example.org' | LD_LIBRARY_PATH=build/stage/lib build/stage/inspect build/stage/share/filterd/rules | grep -q 'mail <EMAIL_ADDRESS_1>'
	PKG_CONFIG_PATH=build/stage/lib/pkgconfig sh -c '$(CC) libfilter/examples/inspect.c build/stage/lib/libfilter.a \
	  $$($(PKGCONFIG) --cflags libfilter) $$($(PKGCONFIG) --libs $(LIB_PACKAGES)) -lpthread -lm -o build/stage/inspect-static'
	build/stage/bin/filterctl rules check | grep -q 'rules are fine' # those that were installed
	PKG_CONFIG_PATH=build/stage/lib/pkgconfig sh -c '$(CC) -Wall -Wextra -Werror filterd/client/examples/ask.c \
	  $$($(PKGCONFIG) --cflags --libs libfilter-client) -o build/stage/ask'
	LD_LIBRARY_PATH=build/stage/lib build/stage/ask /nowhere </dev/null 2>&1 | grep -q 'is filterd running there'
	$(CLANG) -std=c++17 -fsyntax-only -Wall -Werror -iquote filterd -x c++ filterd/client/filter-client.h
	@nm -D --defined-only build/stage/lib/libfilter.so | awk '{print $$3}' | grep -v '^filter_' | { ! grep .; }
	@nm -D --defined-only build/stage/lib/libfilter-client.so | awk '{print $$3}' | grep -v '^filter_client_' | { ! grep .; }
	@echo "example: 7 passed, 0 failed"

e2e: all $(OUT)/tests/client $(OUT)/tests/attacker  ## end-to-end tests of this VARIANT against a running daemon
	@$(MAKE) --no-print-directory VARIANT=release build/libfilter-client.so # which Python can load in any variant
	$(PYTHON) tests/e2e.py $(OUT)

asan:  ## unit and end-to-end tests under AddressSanitizer and UndefinedBehaviorSanitizer
	$(MAKE) VARIANT=asan unit
	$(MAKE) VARIANT=asan e2e

tsan:  ## the reload test and the protocol test under ThreadSanitizer
	$(MAKE) VARIANT=tsan all build/tsan/tests/client build/tsan/tests/attacker build/tsan/tests/unit/shm/ring_test
	build/tsan/tests/unit/shm/ring_test > build/tsan/tests/ring_test.log 2>&1 || { cat build/tsan/tests/ring_test.log; exit 1; }
	@$(MAKE) --no-print-directory VARIANT=release build/libfilter-client.so
	TSAN_OPTIONS="suppressions=tests/tsan.supp halt_on_error=0 exitcode=66" $(PYTHON) tests/e2e.py build/tsan Reload Limits Protocol.test_a_client_in_c SharedMemory

# Seconds for each fuzz target.
FUZZ_SECONDS ?= 20
fuzz:  ## run each fuzz target for FUZZ_SECONDS
	$(MAKE) VARIANT=fuzz $(FUZZERS)
	@mkdir -p build/fuzz/cache && chmod 700 build/fuzz/cache
	@for f in $(FUZZERS); do name=$${f##*/fuzz_}; mkdir -p build/fuzz/corpus-$$name; $(PYTHON) tests/fuzz_seeds.py $$name build/fuzz/corpus-$$name; \
	  FILTERD_TEST_CACHE=build/fuzz/cache $$f -max_total_time=$(FUZZ_SECONDS) -timeout=20 -rss_limit_mb=4096 -print_final_stats=1 \
	  -artifact_prefix=build/fuzz/ build/fuzz/corpus-$$name >$$f.log 2>&1 || { tail -40 $$f.log; exit 1; }; \
	  sed -n "s/^stat::number_of_executed_units: */fuzz_$$name: inputs run: /p" $$f.log; done

test: setup-test  ## install what tests need, and run them all
	$(MAKE) all rules
	$(MAKE) unit
	$(MAKE) example
	$(MAKE) e2e
	$(MAKE) asan
	$(MAKE) tsan
	$(MAKE) fuzz
	@echo "all tests passed"

# --------------------------------------------------------------------------------- setting up
# Debian packages by name. Asks first where a person runs it who is not root, and never in CI.
define install_packages
	@missing=; for p in $(1); do dpkg-query -W -f '$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$p"; done; \
	if [ -n "$$missing" ]; then \
	  echo "missing Debian packages:$$missing"; \
	  if [ "$$(id -u)" = 0 ]; then sudo=; else sudo=sudo; \
	    if [ -z "$$CI" ]; then printf 'install them with sudo apt-get? [y/N] '; read answer; case $$answer in y|Y|yes) ;; *) exit 1;; esac; fi; fi; \
	  $$sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends $$missing >/dev/null; fi
endef

setup:  ## install the Debian packages that building needs
	$(call install_packages,$(PACKAGES_BUILD))

setup-test:  ## install what tests need, too
	$(call install_packages,$(PACKAGES_TEST))

demo: setup  ## install what is missing, build, and show a dozen prompts going through
	@$(MAKE) --no-print-directory all
	@sh filterd/demo.sh build rules

bench: setup  ## measure, as ratios in one run; FILES="…" for texts of your own
	@$(MAKE) --no-print-directory build/bench/bench build/filterd
	@build/bench/bench --rules rules --filterd build/filterd --json build/bench/results.json $(FILES)

corpus: setup  ## measure injection on labelled texts: make corpus FOLDER=…
	@test -n "$(FOLDER)" || { echo "say which texts: make corpus FOLDER=path/to/jsonl" >&2; exit 64; }
	@$(MAKE) --no-print-directory build/bench/corpus
	@build/bench/corpus --rules rules $(FOLDER)

train: setup  ## train the injection model anew (needs python3-sklearn)
	@$(PYTHON) -c 'import sklearn, scipy, yaml' 2>/dev/null || \
	  { echo "make train needs scikit-learn and PyYAML: apt-get install python3-sklearn python3-yaml" >&2; exit 1; }
	@$(MAKE) --no-print-directory build/train/features
	$(PYTHON) rules/train/train.py build/train/features rules

build/train/features: build/obj/rules/train/features.o build/libfilter.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) $^ -o $@ $(LIB_LIBS)

build/bench/corpus: build/obj/bench/corpus.o build/libfilter.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) $^ -o $@ $(DAEMON_LIBS)

build/bench/bench: build/obj/bench/bench.o build/obj/bench/bench_engine.o build/obj/bench/bench_daemon.o build/obj/bench/bench_memory.o \
  build/programs.a build/libfilter-client.a build/libfilter.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) $^ -o $@ $(DAEMON_LIBS)

# --------------------------------------------------------------------------------- installing
# Packs, in folders, and the data that they name.
RULE_FILES = $(sort $(patsubst rules/%,%,$(shell find rules -name '*.yaml' -o -name '*.bin' -o -name 'model.md')))
# Packs that earlier versions installed under other names: their rules would be there twice.
RULES_BEFORE := injection-model.yaml

install: all  ## install to PREFIX (/usr/local), below DESTDIR
	install -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(SBINDIR) $(DESTDIR)$(LIBDIR)/pkgconfig $(DESTDIR)$(PREFIX)/include \
	  $(DESTDIR)$(DATADIR)/filterd/rules $(DESTDIR)$(DATADIR)/man/man1 $(DESTDIR)$(DATADIR)/man/man5 \
	  $(DESTDIR)$(DATADIR)/man/man8 $(DESTDIR)$(DATADIR)/bash-completion/completions $(DESTDIR)$(UNITDIR) \
	  $(DESTDIR)$(DATADIR)/doc/filterd
	install -m 755 build/filterctl $(DESTDIR)$(BINDIR)
	install -m 755 build/filterd $(DESTDIR)$(SBINDIR)
	install -m 644 build/libfilter.a $(DESTDIR)$(LIBDIR)
	install -m 644 build/libfilter.so.$(VERSION) $(DESTDIR)$(LIBDIR)
	ln -sf libfilter.so.$(VERSION) $(DESTDIR)$(LIBDIR)/libfilter.so.$(SOVERSION)
	ln -sf libfilter.so.$(SOVERSION) $(DESTDIR)$(LIBDIR)/libfilter.so
	install -m 644 build/libfilter-client.a $(DESTDIR)$(LIBDIR)
	install -m 644 build/libfilter-client.so.$(VERSION) $(DESTDIR)$(LIBDIR)
	ln -sf libfilter-client.so.$(VERSION) $(DESTDIR)$(LIBDIR)/libfilter-client.so.$(SOVERSION)
	ln -sf libfilter-client.so.$(SOVERSION) $(DESTDIR)$(LIBDIR)/libfilter-client.so
	install -m 644 libfilter/filter.h $(DESTDIR)$(PREFIX)/include
	install -d $(DESTDIR)$(PREFIX)/include/filterd/protocol
	install -m 644 filterd/client/filter-client.h $(DESTDIR)$(PREFIX)/include/filterd
	install -m 644 filterd/protocol/message.h $(DESTDIR)$(PREFIX)/include/filterd/protocol
	install -d $(DESTDIR)$(DATADIR)/doc/filterd/examples
	install -m 644 filterd/client/filterd.py $(DESTDIR)$(DATADIR)/filterd
	install -m 644 libfilter/examples/inspect.c filterd/client/examples/ask.c $(DESTDIR)$(DATADIR)/doc/filterd/examples
	sed 's|@PREFIX@|$(PREFIX)|; s|@LIBDIR@|$(LIBDIR)|; s|@VERSION@|$(VERSION)|' filterd/client/libfilter-client.pc.in \
	  > $(DESTDIR)$(LIBDIR)/pkgconfig/libfilter-client.pc
	sed 's|@PREFIX@|$(PREFIX)|; s|@LIBDIR@|$(LIBDIR)|; s|@VERSION@|$(VERSION)|' libfilter/libfilter.pc.in \
	  > $(DESTDIR)$(LIBDIR)/pkgconfig/libfilter.pc
	cd $(DESTDIR)$(DATADIR)/filterd/rules && rm -f $(RULES_BEFORE)
	cd rules && for f in $(RULE_FILES); do install -D -m 644 $$f $(DESTDIR)$(DATADIR)/filterd/rules/$$f || exit 1; done
	install -m 644 rules/pack.schema.json $(DESTDIR)$(DATADIR)/filterd
	install -m 644 filterd/man/filterctl.1 $(DESTDIR)$(DATADIR)/man/man1
	install -m 644 rules/filter-rules.5 $(DESTDIR)$(DATADIR)/man/man5
	install -m 644 filterd/man/filterd.8 $(DESTDIR)$(DATADIR)/man/man8
	install -m 644 filterd/man/filterd.yaml.5 $(DESTDIR)$(DATADIR)/man/man5
	install -m 644 filterd/completion/filterctl.bash $(DESTDIR)$(DATADIR)/bash-completion/completions/filterctl
	ln -sf filterctl $(DESTDIR)$(DATADIR)/bash-completion/completions/filterd
	install -d $(DESTDIR)$(DATADIR)/zsh/site-functions $(DESTDIR)$(DATADIR)/fish/vendor_completions.d
	install -m 644 filterd/completion/filterctl.zsh $(DESTDIR)$(DATADIR)/zsh/site-functions/_filterctl
	install -m 644 filterd/completion/filterctl.fish $(DESTDIR)$(DATADIR)/fish/vendor_completions.d/filterctl.fish
	ln -sf filterctl.fish $(DESTDIR)$(DATADIR)/fish/vendor_completions.d/filterd.fish
	install -m 644 filterd/filterd.schema.json $(DESTDIR)$(DATADIR)/filterd
	install -m 644 filterd/filterd.example.yaml $(DESTDIR)$(DATADIR)/doc/filterd/examples
	sed 's|@SBINDIR@|$(SBINDIR)|; s|@DATADIR@|$(DATADIR)|' filterd/systemd/filterd.service.in > $(DESTDIR)$(UNITDIR)/filterd.service
	install -m 644 README.md SECURITY.md LICENSE filterd/protocol/PROTOCOL.md $(DESTDIR)$(DATADIR)/doc/filterd

uninstall:  ## remove what install put there
	cd $(DESTDIR)/ && rm -rf .$(BINDIR)/filterctl .$(SBINDIR)/filterd .$(LIBDIR)/libfilter.a .$(LIBDIR)/libfilter.so* \
	  .$(LIBDIR)/libfilter-client.a .$(LIBDIR)/libfilter-client.so* .$(LIBDIR)/pkgconfig/libfilter-client.pc .$(PREFIX)/include/filterd \
	  .$(LIBDIR)/pkgconfig/libfilter.pc .$(PREFIX)/include/filter.h .$(DATADIR)/filterd .$(DATADIR)/doc/filterd \
	  .$(DATADIR)/man/man1/filterctl.1 .$(DATADIR)/man/man5/filter-rules.5 .$(DATADIR)/man/man8/filterd.8 .$(DATADIR)/man/man5/filterd.yaml.5 \
	  .$(DATADIR)/zsh/site-functions/_filterctl .$(DATADIR)/fish/vendor_completions.d/filterctl.fish \
	  .$(DATADIR)/fish/vendor_completions.d/filterd.fish \
	  .$(DATADIR)/bash-completion/completions/filterctl .$(DATADIR)/bash-completion/completions/filterd \
	  .$(UNITDIR)/filterd.service

clean:  ## remove build/
	rm -rf build

-include $(shell find build -name '*.d' 2>/dev/null)
