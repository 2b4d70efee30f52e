#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes what is made from the tables of options and keys: completions, schema, parts of the manual pages.
# usage: generate.sh FILTERCTL [--check]   with --check nothing is written, and what is stale is named
set -eu
cd "$(dirname "$0")"
ctl=$1
check=${2:-}
new=$(mktemp)
trap 'rm -f "$new"' EXIT
stale=0

# Puts the new text in place of FILE.
put() {
    if cmp -s "$new" "$1"; then return; fi
    if [ "$check" ]; then
        echo "filterd/$1 is stale; run 'make generate'" >&2
        stale=1
    else
        mkdir -p "$(dirname "$1")"
        cat "$new" >"$1"
        echo "filterd/$1"
    fi
}

whole() { # FILE WHAT...
    file=$1
    shift
    "$ctl" generate "$@" >"$new"
    put "$file"
}

# Each part between BEGIN GENERATED WHAT and END GENERATED.
parts() { # FILE
    awk -v ctl="$ctl" '
        /^\.\\" END GENERATED/ { inside = 0 }
        !inside { print }
        /^\.\\" BEGIN GENERATED/ {
            inside = 1
            what = $0
            sub(/.*GENERATED /, "", what)
            command = ctl " generate " what
            while ((command | getline line) > 0) print line
            close(command)
        }' "$1" >"$new"
    put "$1"
}

whole completion/filterctl.bash completion bash
whole completion/filterctl.zsh completion zsh
whole completion/filterctl.fish completion fish
whole filterd.schema.json config-schema
parts man/filterctl.1
parts man/filterd.8
parts man/filterd.yaml.5
exit $stale
