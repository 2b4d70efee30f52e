# SPDX-License-Identifier: Apache-2.0
# filterd: build, test, measure, install. `make help` lists the targets; V=1 shows the commands.

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

# What is built with, by name of Debian 12 package. `make setup` installs what is missing.
# Hyperscan is for x86-64; Vectorscan is the same library for Arm, under the same name for pkg-config.
MACHINE := $(shell uname -m)
HYPERSCAN := $(if $(filter x86_64,$(MACHINE)),libhyperscan-dev,libvectorscan-dev)
PACKAGES_BUILD := gcc make pkg-config libc6-dev $(HYPERSCAN) libpcre2-dev libicu-dev libyaml-dev \
                  libsodium-dev libzmq3-dev libjansson-dev libcap-ng-dev libseccomp-dev libsystemd-dev
PACKAGES_TEST  := $(PACKAGES_BUILD) libcmocka-dev python3 python3-zmq python3-yaml python3-jsonschema \
                  clang libclang-rt-dev clang-format mandoc git

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
DAEMON_PACKAGES := libzmq jansson libcap-ng libseccomp libsystemd

NODE_INCLUDE ?= /usr/include/node

# Quiet: a line for each file. V=1 shows commands, ECHO=: nothing.
V    ?=
Q    := $(if $(V),,@)
ECHO ?= $(if $(V),:,echo)
MAKE_QUIETLY := $(MAKE) --no-print-directory

CFLAGS  ?=
WARNINGS   := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wvla
CFLAGS_ALL := -std=c11 -D_GNU_SOURCE $(OPT) -fvisibility=hidden -fstack-protector-strong \
              $(if $(filter release,$(VARIANT)),-D_FORTIFY_SOURCE=2) $(WARNINGS) $(if $(WERROR),-Werror) \
              -iquote libfilter -iquote filterd -iquote tests/support -MMD -MP $(CFLAGS)
LDFLAGS_ALL := $(OPT) -Wl,-z,relro,-z,now $(LDFLAGS)
LIB_LIBS    = $(shell $(PKGCONFIG) --libs $(LIB_PACKAGES)) -lpthread -lm
DAEMON_LIBS = $(shell $(PKGCONFIG) --libs $(DAEMON_PACKAGES)) $(LIB_LIBS)

# ----------------------------------------------------------------------------------- sources
sources        = $(sort $(shell find $(1) -name '*.c'))
LIB_SOURCES    := $(filter-out libfilter/examples/%,$(call sources,libfilter))
DAEMON_ROOMS   := core ctl protocol shm zmq
DAEMON_SOURCES := $(call sources,$(DAEMON_ROOMS:%=filterd/%))
CLIENT_SOURCES := filterd/client/client.c filterd/client/fallback.c filterd/client/reply_check.c \
                  libfilter/base/json_scan.c
SPEED_SOURCES  := $(call sources,bench/speed) bench/results_file.c
ACCURACY_SOURCES := $(call sources,bench/accuracy) bench/results_file.c
UNIT_SOURCES   := $(sort $(shell find tests/unit tests/faults -name '*_test.c'))
UNIT_TESTS     := $(UNIT_SOURCES:tests/%.c=$(OUT)/tests/%)
SUPPORT_SOURCES := $(call sources,tests/support)
FUZZERS        := $(patsubst tests/fuzz/%.c,build/fuzz/fuzz_%,$(wildcard tests/fuzz/*.c))
ALL_C          := $(sort $(shell git ls-files '*.c' '*.h' 2>/dev/null || find . -name '*.[ch]'))
objects        = $(1:%.c=$(OUT)/obj/%.o)

.PHONY: FORCE accuracy all asan bench bench-check check clean corpus demo e2e example format fuzz fuzz-keep fuzz-long \
        generate generated-check help install lint node rules setup setup-test slowest test train train-names tsan \
        uninstall unit
.DEFAULT_GOAL := all

all: $(OUT)/filterd $(OUT)/filterctl $(OUT)/libfilter.a $(OUT)/libfilter.so $(OUT)/libfilter-client.a \
     $(OUT)/libfilter-client.so  ## build everything (the default)

help:  ## list the targets
	@sed -n 's/^\([a-z0-9-]*\):[^#]*##  *\(.*\)/\1\t\2/p' Makefile | expand -t 18 | sed 's/^/  make /'
	@echo
	@echo "  V=1 shows commands, WERROR=1 makes warnings errors, VARIANT=asan|tsan|fuzz builds for a sanitizer."

# ---------------------------------------------------------------------------------- building
# What everything is built with: when a flag changes, all is built again.
$(OUT)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL)' | cmp -s - $@ || echo '$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL)' > $@

$(OUT)/obj/%.o: %.c $(OUT)/flags
	@mkdir -p $(@D)
	@$(ECHO) "  cc   $<"
	$(Q)$(CC) $(CFLAGS_ALL) -c $< -o $@

$(OUT)/pic/%.o: %.c $(OUT)/flags
	@mkdir -p $(@D)
	@$(ECHO) "  cc   $< (shared)"
	$(Q)$(CC) $(CFLAGS_ALL) -fPIC -c $< -o $@

$(OUT)/%.a:
	@$(ECHO) "  ar   $@"
	@rm -f $@
	$(Q)$(AR) rcs $@ $^

$(OUT)/%.so: $(OUT)/%.so.$(VERSION)
	@ln -sf $*.so.$(VERSION) $(OUT)/$*.so.$(SOVERSION)
	@ln -sf $*.so.$(SOVERSION) $@

define link
	@mkdir -p $(@D)
	@$(ECHO) "  link $@"
	$(Q)$(CC) $(LDFLAGS_ALL) $(filter %.o %.a,$^) -o $@ $(1)
endef

$(OUT)/libfilter.a: $(call objects,$(LIB_SOURCES))

$(OUT)/libfilter.so.$(VERSION): $(LIB_SOURCES:%.c=$(OUT)/pic/%.o)
	$(call link,-shared -Wl$(comma)-soname$(comma)libfilter.so.$(SOVERSION) -Wl$(comma)--no-undefined $(LIB_LIBS))

comma := ,

# Needs nothing but libc: what a gateway links to reach the daemon through shared memory.
$(OUT)/libfilter-client.a: $(call objects,$(CLIENT_SOURCES))

$(OUT)/libfilter-client.so.$(VERSION): $(CLIENT_SOURCES:%.c=$(OUT)/pic/%.o)
	$(call link,-shared -Wl$(comma)-soname$(comma)libfilter-client.so.$(SOVERSION) -Wl$(comma)--no-undefined)

node: build/filterd.node  ## the addon for Node.js (needs its headers: libnode-dev, or nodejs from NodeSource)

build/filterd.node: filterd/client/node.c $(CLIENT_SOURCES)
	@test -f $(NODE_INCLUDE)/node_api.h || \
	  { echo "make node needs $(NODE_INCLUDE)/node_api.h: apt-get install libnode-dev" >&2; exit 1; }
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS_ALL) -DNODE_GYP_MODULE_NAME=filterd -isystem $(NODE_INCLUDE) -fPIC -shared $^ -o $@

# What the programs share; an archive, so that each takes what it uses.
$(OUT)/programs.a: $(call objects,$(DAEMON_SOURCES))

$(OUT)/filterd $(OUT)/filterctl: $(OUT)/%: $(OUT)/obj/filterd/%.o $(OUT)/programs.a $(OUT)/libfilter.a
	$(call link,$(DAEMON_LIBS))

build/schema: build/obj/rules/schema/schema.o build/libfilter.a
	$(call link,$(LIB_LIBS))

build/train/features: build/obj/rules/train/features.o build/libfilter.a
	$(call link,$(LIB_LIBS))

build/bench/accuracy: $(ACCURACY_SOURCES:%.c=build/obj/%.o) build/libfilter.a
	$(call link,$(DAEMON_LIBS))

build/bench/slowest: build/obj/bench/slowest/slowest.o build/libfilter.a
	$(call link,$(LIB_LIBS))

build/bench/bench: $(SPEED_SOURCES:%.c=build/obj/%.o) build/programs.a build/libfilter-client.a build/libfilter.a
	$(call link,$(DAEMON_LIBS))

# ------------------------------------------------------------------------------------- tests
$(OUT)/tests/unit/%_test: $(OUT)/obj/tests/unit/%_test.o $(call objects,$(SUPPORT_SOURCES)) $(OUT)/programs.a \
                          $(OUT)/libfilter-client.a $(OUT)/libfilter.a
	$(call link,-lcmocka $(DAEMON_LIBS))

# Where allocations fail: malloc and its kin are the program's own.
$(OUT)/tests/faults/%_test: $(OUT)/obj/tests/faults/%_test.o $(OUT)/obj/tests/faults/allocations.o \
                            $(call objects,$(SUPPORT_SOURCES)) $(OUT)/programs.a $(OUT)/libfilter-client.a \
                            $(OUT)/libfilter.a
	$(call link,-lcmocka $(DAEMON_LIBS))

# For LD_PRELOAD, which must not bring a sanitizer.
build/tests/faults/calls.so: tests/faults/calls.c
	@mkdir -p $(@D)
	@$(ECHO) "  link $@"
	$(Q)$(CC) -std=c11 -D_GNU_SOURCE -O1 -g $(WARNINGS) -fPIC -shared $< -o $@ -ldl

$(OUT)/tests/client: $(OUT)/obj/tests/client.o
	$(call link,$(shell $(PKGCONFIG) --libs libzmq jansson))

$(OUT)/tests/attacker: $(OUT)/obj/tests/attacker.o $(OUT)/libfilter-client.a
	$(call link,)

build/fuzz/fuzz_%: build/fuzz/obj/tests/fuzz/%.o build/fuzz/programs.a build/fuzz/libfilter-client.a \
                    build/fuzz/libfilter.a
	$(call link,-fsanitize=fuzzer $(DAEMON_LIBS))

format:  ## put all C sources into the one format
	clang-format -i $(ALL_C)

lint: build/filterctl build/filterd  ## formats, widths, includes between rooms, generated files
	@clang-format --dry-run -Werror $(ALL_C)
	@$(PYTHON) tests/lint.py
	@$(MAKE_QUIETLY) generated-check

check: lint rules unit bench-check  ## the answer for a developer, in about two minutes
	@$(MAKE_QUIETLY) all build/tests/client build/tests/attacker
	@$(PYTHON) tests/e2e/run.py build protocol reload

unit: $(UNIT_TESTS)  ## the unit tests; VARIANT=asan|tsan for a sanitizer
	@mkdir -p $(OUT)/cache && chmod 700 $(OUT)/cache
	@failed=0; for t in $(UNIT_TESTS); do FILTERD_TEST_CACHE=$(OUT)/cache $$t > $$t.log 2>&1 || failed=1; \
	  grep -E '\[  (PASSED|FAILED)  \] [0-9]' $$t.log | sed "s|^|$${t#$(OUT)/tests/} |"; \
	  if ! grep -q '  PASSED  ' $$t.log || grep -q '  FAILED  ' $$t.log; then cat $$t.log; fi; done; exit $$failed

rules: build/filterctl  ## check the rule packs and their examples
	@build/filterctl rules test rules

generate: build/filterctl build/schema  ## write schemas, completions, parts of manual pages from the code's tables
	@sh filterd/generate.sh $(CURDIR)/build/filterctl
	@sh rules/schema/generate.sh $(CURDIR)/build/schema

generated-check: build/filterctl build/filterd build/schema  ## say which of these are stale
	@sh filterd/generate.sh $(CURDIR)/build/filterctl --check
	@sh rules/schema/generate.sh $(CURDIR)/build/schema --check
	@build/filterd --quiet --check --rules rules --config filterd/filterd.example.yaml >/dev/null

bench-check: build/bench/bench  ## check that the texts of the bench are what they promise to be
	@build/bench/bench --check

example: all  ## build the examples against an installed prefix, and run them
	@rm -rf build/stage
	@$(MAKE_QUIETLY) install ECHO=: DESTDIR= PREFIX=$(CURDIR)/build/stage
	@CC='$(CC)' PYTHON='$(PYTHON)' CLANG='$(CLANG)' PKGCONFIG='$(PKGCONFIG)' LIB_PACKAGES='$(LIB_PACKAGES)' \
	  sh tests/example.sh build/stage
	@$(MAKE_QUIETLY) uninstall ECHO=: DESTDIR= PREFIX=$(CURDIR)/build/stage
	@left=$$(find build/stage -type f -o -type l 2>/dev/null); test -z "$$left" || \
	  { echo "uninstall left: $$left" >&2; exit 1; }

e2e: all $(OUT)/tests/client $(OUT)/tests/attacker  ## end-to-end tests of this VARIANT; THEMES="…" for some
	@$(MAKE_QUIETLY) VARIANT=release build/libfilter-client.so # which Python can load in any variant
	@$(PYTHON) tests/e2e/run.py $(OUT) $(THEMES)

asan:  ## unit and end-to-end tests under AddressSanitizer and UndefinedBehaviorSanitizer
	@$(MAKE_QUIETLY) VARIANT=asan unit
	@$(MAKE_QUIETLY) VARIANT=asan e2e

RING_TEST := build/tsan/tests/unit/shm/ring_test
tsan:  ## the tests of threads under ThreadSanitizer
	@$(MAKE_QUIETLY) VARIANT=tsan all build/tsan/tests/client build/tsan/tests/attacker $(RING_TEST)
	@$(RING_TEST) > $(RING_TEST).log 2>&1 || { cat $(RING_TEST).log; exit 1; }
	@$(MAKE_QUIETLY) VARIANT=release build/libfilter-client.so
	@TSAN_OPTIONS="suppressions=tests/tsan.supp halt_on_error=0 exitcode=66" \
	  $(PYTHON) tests/e2e/run.py build/tsan reload limits shared_memory HostileSessions Decides Silence \
	  test_a_client_in_c_gets_each_answer_for_its_own_request

# Seconds for each fuzz target.
FUZZ_SECONDS ?= 20
fuzz:  ## run each fuzz target for FUZZ_SECONDS
	@$(MAKE_QUIETLY) VARIANT=fuzz $(FUZZERS)
	@mkdir -p build/fuzz/cache && chmod 700 build/fuzz/cache
	@for f in $(FUZZERS); do name=$${f##*/fuzz_}; mkdir -p build/fuzz/corpus-$$name; \
	  $(PYTHON) tests/fuzz/seeds.py $$name build/fuzz/corpus-$$name; \
	  dict=tests/fuzz/$$name.dict; \
	  FILTERD_TEST_CACHE=build/fuzz/cache $$f $$(test -f $$dict && echo -dict=$$dict) \
	    -max_total_time=$(FUZZ_SECONDS) -timeout=120 -rss_limit_mb=4096 \
	  -print_final_stats=1 -artifact_prefix=build/fuzz/ build/fuzz/corpus-$$name >$$f.log 2>&1 || \
	    { grep -A60 -E 'ERROR: |runtime error: ' $$f.log || tail -60 $$f.log; \
	      echo "fuzz_$$name failed; its input is in build/fuzz:"; \
	      grep -E '^ +#[0-9] |ERROR: |runtime error: |SUMMARY|written to|Base64' $$f.log | head -24; exit 1; }; \
	  sed -n "s/^stat::number_of_executed_units: */fuzz_$$name: inputs run: /p" $$f.log; done

fuzz-keep:  ## keep in tests/fuzz/corpus what the runs found, as few inputs as reach the same
	@mkdir -p tests/fuzz/corpus
	@for f in $(filter-out %_ring,$(FUZZERS)); do name=$${f##*/fuzz_}; \
	  rm -rf build/fuzz/least && mkdir build/fuzz/least; \
	  FILTERD_TEST_CACHE=build/fuzz/cache $$f -set_cover_merge=1 -max_len=400 build/fuzz/least \
	    build/fuzz/corpus-$$name >$$f.log 2>&1 || { tail -20 $$f.log; exit 1; }; \
	  $(PYTHON) tests/fuzz/keep.py $$name build/fuzz/least; done

fuzz-long:  ## run each fuzz target for an hour
	@$(MAKE_QUIETLY) fuzz FUZZ_SECONDS=3600

test: setup-test  ## install what tests need, and run them all
	@$(MAKE_QUIETLY) all rules
	@$(MAKE_QUIETLY) unit
	@$(MAKE_QUIETLY) bench-check
	@$(MAKE_QUIETLY) example
	@$(MAKE_QUIETLY) e2e
	@$(MAKE_QUIETLY) asan
	@$(MAKE_QUIETLY) tsan
	@$(MAKE_QUIETLY) fuzz
	@echo "all tests passed"

# --------------------------------------------------------------------------------- setting up
# Debian packages by name. Asks first where a person runs it who is not root, and never in CI.
define install_packages
	@missing=; for p in $(1); do \
	  dpkg-query -W -f '$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$p"; done; \
	if [ -n "$$missing" ]; then \
	  echo "missing Debian packages:$$missing"; \
	  if [ "$$(id -u)" = 0 ]; then sudo=; else sudo=sudo; \
	    if [ -z "$$CI" ]; then printf 'install them with sudo apt-get? [y/N] '; read answer; \
	      case $$answer in y|Y|yes) ;; *) exit 1;; esac; fi; fi; \
	  $$sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
	    $$sudo apt-get install -y -qq --no-install-recommends $$missing >/dev/null; fi
endef

setup:  ## install the Debian packages that building needs
	$(call install_packages,$(PACKAGES_BUILD))

setup-test:  ## install what tests need, too
	$(call install_packages,$(PACKAGES_TEST))

demo: setup  ## install what is missing, build, and show a dozen prompts going through
	@test -x build/filterd || echo "building (about half a minute) ..."
	@$(MAKE_QUIETLY) all ECHO=: V=
	@sh filterd/demo.sh build rules

# --------------------------------------------------------------------------------- measuring
# BENCH: options of the bench, for a part of it. Only a full run writes bench/RESULTS.md.
BENCH ?=
bench: setup  ## measure speed, at most ten minutes; BENCH="--quick --only kinds" a part, FILES="…" texts of your own
	@$(MAKE_QUIETLY) build/bench/bench build/filterd
	@build/bench/bench --rules rules --filterd build/filterd --json build/bench/results.json \
	  --revision "$$(git describe --always --dirty 2>/dev/null)" \
	  $(if $(BENCH)$(FILES),,--markdown bench/RESULTS.md) \
	  $(BENCH) $(FILES)

accuracy: setup  ## measure injection on labelled texts: make accuracy FOLDER=… [ACCURACY="--verdicts FILE"]
	@test -n "$(FOLDER)" || { echo "say which texts: make accuracy FOLDER=path/to/jsonl" >&2; exit 64; }
	@$(MAKE_QUIETLY) build/bench/accuracy
	@build/bench/accuracy --rules rules $(ACCURACY) $(FOLDER)

# Seconds of the search.
SECONDS ?= 60
slowest: setup  ## look for the texts that cost most: make slowest SECONDS=3600; writes them to build/slowest
	@$(MAKE_QUIETLY) build/bench/slowest
	@build/bench/slowest --rules rules --seconds $(SECONDS) --out build/slowest

# The old name of `accuracy`, kept for one version.
corpus: accuracy

# PUBLIC: a folder of labelled texts that may teach, too; rules/injection/model.md names those of the weights that ship.
PUBLIC ?=
train: setup  ## train the injection model anew (needs python3-numba, reads Debian packages); PUBLIC=folder
	@$(PYTHON) -c 'import numba, yaml' 2>/dev/null || \
	  { echo "make train needs Numba and PyYAML: apt-get install python3-numba python3-yaml" >&2; exit 1; }
	@$(MAKE_QUIETLY) build/train/features
	@$(PYTHON) rules/train/train.py build/train/features rules build/train/ordinary $(PUBLIC)

train-names:  ## make the lexicons of names and train their model anew (needs python3-numba and pip); PUBLIC=folder
	@$(PYTHON) -c 'import numba' 2>/dev/null || \
	  { echo "make train-names needs Numba: apt-get install python3-numba python3-pip" >&2; exit 1; }
	@$(PYTHON) rules/train/names/lexicons.py build/train/names rules
	@$(PYTHON) rules/train/names/train.py rules build/train/names build/train/ordinary $(PUBLIC)

# --------------------------------------------------------------------------------- installing
# Each line: mode, source, destination. What was installed is listed in a manifest, which uninstall reads.
RULE_FILES = $(sort $(shell find rules -name '*.yaml' -o -name '*.bin' -o -name 'model.md' -o -name '*.schema.json'))
DOCUMENTS  := README.md SECURITY.md LICENSE $(wildcard libfilter/*.md filterd/*.md) \
              filterd/protocol/PROTOCOL.md $(wildcard rules/AUTHORING.md)
MANIFEST    = $(DATADIR)/filterd/manifest
# What 0.1.0 installed without a manifest: its rules would be there twice.
RULES_BEFORE := $(patsubst %,%.yaml,americas asia-pacific-africa devices-finance europe families india india-more \
                injection injection-model injection-words pii places policy secrets secrets-more secrets-named)

define INSTALL_FILES
755 build/filterctl $(BINDIR)/filterctl
755 build/filterd $(SBINDIR)/filterd
644 build/libfilter.a $(LIBDIR)/libfilter.a
644 build/libfilter.so.$(VERSION) $(LIBDIR)/libfilter.so.$(VERSION)
644 build/libfilter-client.a $(LIBDIR)/libfilter-client.a
644 build/libfilter-client.so.$(VERSION) $(LIBDIR)/libfilter-client.so.$(VERSION)
link libfilter.so.$(VERSION) $(LIBDIR)/libfilter.so.$(SOVERSION)
link libfilter.so.$(SOVERSION) $(LIBDIR)/libfilter.so
link libfilter-client.so.$(VERSION) $(LIBDIR)/libfilter-client.so.$(SOVERSION)
link libfilter-client.so.$(SOVERSION) $(LIBDIR)/libfilter-client.so
644 build/install/libfilter.pc $(LIBDIR)/pkgconfig/libfilter.pc
644 build/install/libfilter-client.pc $(LIBDIR)/pkgconfig/libfilter-client.pc
644 libfilter/filter.h $(PREFIX)/include/filter.h
644 filterd/client/filter-client.h $(PREFIX)/include/filterd/filter-client.h
644 filterd/protocol/message.h $(PREFIX)/include/filterd/protocol/message.h
644 filterd/client/filterd.py $(DATADIR)/filterd/filterd.py
644 filterd/filterd.schema.json $(DATADIR)/filterd/filterd.schema.json
644 filterd/protocol/reply.schema.json $(DATADIR)/filterd/reply.schema.json
644 filterd/man/filterctl.1 $(DATADIR)/man/man1/filterctl.1
644 filterd/man/filterd.yaml.5 $(DATADIR)/man/man5/filterd.yaml.5
644 rules/filter-rules.5 $(DATADIR)/man/man5/filter-rules.5
644 filterd/man/filterd.8 $(DATADIR)/man/man8/filterd.8
644 filterd/completion/filterctl.bash $(DATADIR)/bash-completion/completions/filterctl
link filterctl $(DATADIR)/bash-completion/completions/filterd
644 filterd/completion/filterctl.zsh $(DATADIR)/zsh/site-functions/_filterctl
644 filterd/completion/filterctl.fish $(DATADIR)/fish/vendor_completions.d/filterctl.fish
link filterctl.fish $(DATADIR)/fish/vendor_completions.d/filterd.fish
644 build/install/filterd.service $(UNITDIR)/filterd.service
644 filterd/filterd.example.yaml $(DATADIR)/doc/filterd/examples/filterd.example.yaml
644 libfilter/examples/inspect.c $(DATADIR)/doc/filterd/examples/inspect.c
644 filterd/client/examples/ask.c $(DATADIR)/doc/filterd/examples/ask.c
755 filterd/client/examples/judge.py $(DATADIR)/doc/filterd/examples/judge.py
$(foreach f,$(RULE_FILES),644 $(f) $(DATADIR)/filterd/$(f)
)$(foreach f,$(DOCUMENTS),644 $(f) $(DATADIR)/doc/filterd/$(notdir $(f))
)
endef
export INSTALL_FILES

install: all  ## install to PREFIX (/usr/local), below DESTDIR
	@mkdir -p build/install
	@for f in libfilter/libfilter.pc filterd/client/libfilter-client.pc filterd/systemd/filterd.service; do \
	  sed -e 's|@PREFIX@|$(PREFIX)|; s|@LIBDIR@|$(LIBDIR)|; s|@VERSION@|$(VERSION)|' \
	    -e 's|@SBINDIR@|$(SBINDIR)|; s|@DATADIR@|$(DATADIR)|' \
	    $$f.in > build/install/$${f##*/}; done
	@$(MAKE_QUIETLY) uninstall ECHO=:
	@cd "$(DESTDIR)$(DATADIR)/filterd/rules" 2>/dev/null && rm -f $(RULES_BEFORE) || true
	@mkdir -p $(DESTDIR)$(dir $(MANIFEST))
	@echo "$$INSTALL_FILES" | while read -r mode from to; do \
	  case $$mode in '') continue;; \
	    link) mkdir -p "$(DESTDIR)$${to%/*}" && ln -sf "$$from" "$(DESTDIR)$$to";; \
	    *) install -D -m "$$mode" "$$from" "$(DESTDIR)$$to";; esac || exit 1; \
	  echo "$$to"; done > build/install/manifest
	@install -m 644 build/install/manifest $(DESTDIR)$(MANIFEST)
	@$(ECHO) "installed $$(wc -l < build/install/manifest) files; the list is $(DESTDIR)$(MANIFEST)"

uninstall:  ## remove what install put there, by its manifest
	@if [ -f "$(DESTDIR)$(MANIFEST)" ]; then \
	  while read -r f; do rm -f "$(DESTDIR)$$f"; d="$(DESTDIR)$${f%/*}"; \
	    while [ "$$d" != "$(DESTDIR)$(PREFIX)" ] && rmdir "$$d" 2>/dev/null; do d=$${d%/*}; done; \
	  done < "$(DESTDIR)$(MANIFEST)"; \
	  rm -f "$(DESTDIR)$(MANIFEST)"; rmdir "$(DESTDIR)$(dir $(MANIFEST))" 2>/dev/null || true; \
	else $(ECHO) "nothing to remove: $(DESTDIR)$(MANIFEST) is not there"; fi

clean:  ## remove everything that was built
	rm -rf build

-include $(shell find build -type d \( -path build/stage -o -path build/train/ordinary \) -prune -o \
                    -name '*.d' -type f -print 2>/dev/null)
