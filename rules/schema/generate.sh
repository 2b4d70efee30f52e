#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the schema of rule packs and the keys of filter-rules(5) from the tables in the code.
# usage: generate.sh SCHEMA [--check]   with --check nothing is written, and what is stale is named
set -eu
cd "$(dirname "$0")/.."
schema=$1
check=${2:-}
new=$(mktemp)
keys=$(mktemp)
trap 'rm -f "$new" "$keys"' EXIT
stale=0

# Puts the new text in place of FILE.
put() {
    if cmp -s "$new" "$1"; then return; fi
    if [ "$check" ]; then
        echo "rules/$1 is stale; run 'make generate'" >&2
        stale=1
    else
        cat "$new" >"$1"
        echo "rules/$1"
    fi
}

"$schema" json >"$new"
put schema/pack.schema.json

"$schema" mdoc >"$keys"
sed -e '/^\.\\" BEGIN GENERATED/,/^\.\\" END GENERATED/{/GENERATED/!d}' -e "/^\.\\\\\" BEGIN GENERATED/r $keys" \
    filter-rules.5 >"$new"
put filter-rules.5
exit $stale
