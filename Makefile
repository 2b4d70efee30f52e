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

LIB_PACKAGES    := libhs libpcre2-8 icu-i18n icu-uc yaml-0.1 libsodium
DAEMON_PACKAGES := libzmq jansson libsystemd

CFLAGS  ?=
CFLAGS_ALL = -std=c11 -D_GNU_SOURCE $(OPT) -fvisibility=hidden -fstack-protector-strong -D_FORTIFY_SOURCE=2 \
             -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wvla $(if $(WERROR),-Werror) \
             -iquote libfilter -MMD -MP -DFILTERD_RULES='"$(DATADIR)/filterd/rules"' $(CFLAGS)
ifneq ($(VARIANT),release)
  CFLAGS_ALL := $(filter-out -D_FORTIFY_SOURCE=2,$(CFLAGS_ALL))
endif
LDFLAGS_ALL = $(OPT) -Wl,-z,relro,-z,now $(LDFLAGS)
LIB_LIBS    = $(shell $(PKGCONFIG) --libs $(LIB_PACKAGES)) -lpthread -lm
DAEMON_LIBS = $(shell $(PKGCONFIG) --libs $(DAEMON_PACKAGES)) $(LIB_LIBS)

LIB_SOURCES  := $(wildcard libfilter/*.c)
LIB_OBJECTS  := $(LIB_SOURCES:%.c=$(OUT)/obj/%.o)
LIB_PIC      := $(LIB_SOURCES:%.c=$(OUT)/pic/%.o)
WIRE_SOURCES := $(filter-out filterd/filterd.c filterd/filterctl.c,$(wildcard filterd/*.c))
WIRE_OBJECTS := $(WIRE_SOURCES:%.c=$(OUT)/obj/%.o)
UNIT_TESTS   := $(patsubst tests/%.c,$(OUT)/tests/%,$(wildcard tests/test_*.c))
FUZZERS      := $(patsubst tests/%.c,build/fuzz/%,$(wildcard tests/fuzz_*.c))

.PHONY: all help setup demo test unit e2e rules asan tsan fuzz bench install uninstall clean example
.DEFAULT_GOAL := all

all: $(OUT)/filterd $(OUT)/filterctl $(OUT)/libfilter.a $(OUT)/libfilter.so  ## build everything (the default)

help:  ## list the targets
	@sed -n 's/^\([a-z]*\):.*##  *\(.*\)/  make \1 # \2/p' Makefile | sed 's/ # /\t/' | expand -t 18

$(OUT)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) -c $< -o $@

$(OUT)/pic/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) -fPIC -c $< -o $@

$(OUT)/libfilter.a: $(LIB_OBJECTS)
	@rm -f $@
	$(AR) rcs $@ $^

$(OUT)/libfilter.so.$(VERSION): $(LIB_PIC)
	$(CC) $(LDFLAGS_ALL) -shared -Wl,-soname,libfilter.so.$(SOVERSION) -Wl,--no-undefined $^ -o $@ $(LIB_LIBS)

$(OUT)/libfilter.so: $(OUT)/libfilter.so.$(VERSION)
	ln -sf libfilter.so.$(VERSION) $(OUT)/libfilter.so.$(SOVERSION)
	ln -sf libfilter.so.$(SOVERSION) $@

# What the programs share; an archive, so that each takes what it uses.
$(OUT)/programs.a: $(WIRE_OBJECTS)
	@rm -f $@
	$(AR) rcs $@ $^

$(OUT)/filterd $(OUT)/filterctl: $(OUT)/%: $(OUT)/obj/filterd/%.o $(OUT)/programs.a $(OUT)/libfilter.a
	$(CC) $(LDFLAGS_ALL) $^ -o $@ $(DAEMON_LIBS)

# ------------------------------------------------------------------------------------- tests
$(OUT)/tests/%: $(OUT)/obj/tests/%.o $(OUT)/obj/tests/support.o $(OUT)/programs.a $(OUT)/libfilter.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) $^ -o $@ -lcmocka $(DAEMON_LIBS)

$(OUT)/tests/client: $(OUT)/obj/tests/client.o
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) $^ -o $@ $(shell $(PKGCONFIG) --libs libzmq jansson)

build/fuzz/fuzz_%: build/fuzz/obj/tests/fuzz_%.o build/fuzz/programs.a build/fuzz/libfilter.a
	$(CC) $(LDFLAGS_ALL) -fsanitize=fuzzer $^ -o $@ $(DAEMON_LIBS)

unit: $(UNIT_TESTS)
	@mkdir -p $(OUT)/cache && chmod 700 $(OUT)/cache
	@failed=0; for t in $(UNIT_TESTS); do FILTERD_TEST_CACHE=$(OUT)/cache $$t > $$t.log 2>&1 || failed=1; \
	  grep -E '\[  (PASSED|FAILED)  \] [0-9]' $$t.log | sed "s|^|$$(basename $$t) |"; \
	  if ! grep -q '  PASSED  ' $$t.log || grep -q '  FAILED  ' $$t.log; then cat $$t.log; fi; done; exit $$failed

-include $(shell find build -name '*.d' 2>/dev/null)
