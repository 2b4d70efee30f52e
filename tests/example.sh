#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds the examples against an installed prefix, as a user would, and runs them. usage: example.sh PREFIX
set -u
prefix=$1
passed=0 failed=0
export PKG_CONFIG_PATH="$prefix/lib/pkgconfig" LD_LIBRARY_PATH="$prefix/lib"
log=$prefix/example.log
flags() { $PKGCONFIG "$@"; }

claim() { # WORDS: the command on standard input must succeed
    if sh -eu >"$log" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "example: $1" >&2
        cat "$log" >&2
    fi
}

claim "the library's example builds against the shared library" <<END
$CC -Wall -Wextra -Werror libfilter/examples/inspect.c $(flags --cflags --libs libfilter) -o $prefix/inspect
END
claim "the example redacts" <<END
echo 'mail a.b@example.org' | $prefix/inspect $prefix/share/filterd/rules | grep 'mail <EMAIL_ADDRESS_1>'
END
claim "the example builds against the archive" <<END
$CC libfilter/examples/inspect.c $prefix/lib/libfilter.a $(flags --cflags libfilter) \
  $(flags --libs $LIB_PACKAGES) -lpthread -lm -o $prefix/inspect-static
END
claim "the installed rules are found and fine" <<END
$prefix/bin/filterctl rules check | grep 'rules are fine'
END
claim "packs name their schema by a path that holds" <<END
for pack in \$(find $prefix/share/filterd/rules -name '*.yaml'); do
    schema=\$(sed -n '1s/.*\\\$schema=//p' "\$pack")
    test -f "\${pack%/*}/\$schema" || { echo "\$pack: \$schema is not there"; exit 1; }
done
END
claim "the client's example builds" <<END
$CC -Wall -Wextra -Werror filterd/client/examples/ask.c $(flags --cflags --libs libfilter-client) -o $prefix/ask
END
claim "the client says what to do when nobody serves" <<END
{ $prefix/ask /nowhere </dev/null 2>&1 || true; } | grep 'is filterd running there'
END
claim "the judge's example says how it is used" <<END
{ $PYTHON $prefix/share/doc/filterd/examples/judge.py 2>&1 || true; } | grep 'usage: judge.py ENDPOINT'
END
claim "the client's header is C++, too" <<END
$CLANG -std=c++17 -fsyntax-only -Wall -Werror -iquote filterd -x c++ filterd/client/filter-client.h
END
claim "the library exports filter_… alone" <<END
nm -D --defined-only $prefix/lib/libfilter.so | awk '{print \$3}' | grep -v '^filter_' | { ! grep .; }
END
claim "the client library exports filter_client_… alone" <<END
nm -D --defined-only $prefix/lib/libfilter-client.so | awk '{print \$3}' | grep -v '^filter_client_' | { ! grep .; }
END
rm -f "$log" "$prefix/inspect" "$prefix/inspect-static" "$prefix/ask"
echo "example: $passed passed, $failed failed"
[ "$failed" = 0 ]
