#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""lint: widths, which room includes which, and a test for each module.

A room of libfilter/ or filterd/ includes only rooms to its left in the lists below. Of the library, filterd includes
only filter.h and base/. Lines have at most 120 columns. Tables of data may be wider: Markdown tables, and YAML lines
that hold one quoted text. The unit test of ROOM/NAME.c is tests/unit/ROOM/NAME_test.c.
Prints FILE:LINE: WHAT for each mistake, and exits 1.
"""
import os
import re
import subprocess
import sys

WIDTH = 120

# In the order in which data flows; what is on one level does not include its neighbours.
LIBRARY = [["base"], ["text"], ["packs"], ["engine"], ["fields"], ["views"], ["pass"], ["findings"],
           ["values", "names"], ["injection"], ["verdict"], ["render"], ["restore"], ["body"], ["stream"], [""]]
DAEMON = [["protocol"], ["core"], ["zmq", "shm"], ["client"], ["ctl"], [""]]
# What clients share with the daemon, and what is not below them otherwise.
EXCEPTIONS = {("filterd", "client", "shm/ring.h"), ("filterd", "shm", "shm/ring.h")}
PUBLIC = {"filter.h", "filter-client.h", "client/filter-client.h"}

mistakes = []


def report(path, line, what):
    mistakes.append("%s:%d: %s" % (path, line, what))


def tracked():
    listing = subprocess.run(["git", "ls-files"], capture_output=True, text=True)
    if listing.returncode == 0:
        return [path for path in listing.stdout.split("\n") if path and os.path.isfile(path)]
    return [os.path.join(folder, name)[2:] for folder, _, names in os.walk(".") for name in names
            if not folder.startswith(("./build", "./.git"))]


def level(rooms, room):
    for index, names in enumerate(rooms):
        if room in names:
            return index
    return None


def room_of(path, root):
    parts = path[len(root) + 1:].split("/")
    return parts[0] if len(parts) > 1 else ""


def check_includes(path, lines):
    root = path.split("/")[0]
    if root not in ("libfilter", "filterd") or not path.endswith((".c", ".h")) or "/examples/" in path:
        return
    rooms = LIBRARY if root == "libfilter" else DAEMON
    here = room_of(path, root)
    if level(rooms, here) is None:
        report(path, 1, "the room '%s' has no place in the order; give it one in tests/lint.py" % here)
        return
    for number, line in enumerate(lines, 1):
        match = re.match(r'#include "([^"]+)"', line)
        if match:
            check_include(path, number, root, rooms, here, match.group(1))


def check_include(path, number, root, rooms, here, name):
    if name in PUBLIC or (root, here, name) in EXCEPTIONS:
        return
    there = name.split("/")[0] if "/" in name else ""
    in_library = os.path.isfile(os.path.join("libfilter", name))
    if root == "filterd" and in_library:
        if there != "base":
            report(path, number, "filterd includes only filter.h and base/ of the library, not %s" % name)
        return
    if not os.path.isfile(os.path.join(root, name)):
        beside = os.path.join(os.path.dirname(path), name)
        if not os.path.isfile(beside):
            report(path, number, "%s is not in %s/; name it from there" % (name, root))
        return
    if here != there and level(rooms, there) is not None and level(rooms, there) >= level(rooms, here):
        report(path, number, "'%s' stands behind or beside '%s' and must not be included: %s"
               % (there or "the top", here or "the top", name))


# Main programs, and what needs headers that are not always there; end-to-end tests run them.
NO_UNIT_TEST = {"filterd/filterd.c", "filterd/filterctl.c", "filterd/client/node.c"}


def check_test(path):
    root = path.split("/")[0]
    if root not in ("libfilter", "filterd") or not path.endswith(".c") or "/examples/" in path or path in NO_UNIT_TEST:
        return
    test = "tests/unit" + path[len(root):-len(".c")] + "_test.c"
    if not os.path.isfile(test):
        report(path, 1, "it has no test; write %s" % test)


TEXT = (".c", ".h", ".py", ".sh", ".md", ".yaml", ".yml", ".json", ".1", ".5", ".8", ".js", "Makefile")


def may_be_wide(path, line):
    if path.endswith(".md"):
        return line.lstrip().startswith("|") or "](http" in line
    if path.endswith((".yaml", ".yml")):
        return re.match(r"""^\s*(- )?(\w+: )?(\[)?["'].*["'](\])?,?$""", line) is not None
    return path.endswith(".json")


def check_width(path, lines):
    if not path.endswith(TEXT) or path.startswith(("rules/train/", "bench/speed/texts/")) and path.endswith(".txt"):
        return
    for number, line in enumerate(lines, 1):
        if len(line.expandtabs(8)) > WIDTH and not may_be_wide(path, line):
            report(path, number, "%d columns; at most %d" % (len(line.expandtabs(8)), WIDTH))


def main():
    paths = tracked()
    for path in paths:
        if not path.endswith(TEXT):
            continue
        with open(path, encoding="utf-8") as file:
            lines = file.read().split("\n")
        check_includes(path, lines)
        check_width(path, lines)
        check_test(path)
        if lines[-1] != "":
            report(path, len(lines), "no line feed at the end")
        for number, line in enumerate(lines, 1):
            if line != line.rstrip() and not path.endswith(".md"):
                report(path, number, "white space at the end")
    for mistake in mistakes:
        print(mistake)
    print("lint: %d files, %d mistakes" % (len(paths), len(mistakes)), file=sys.stderr)
    return 1 if mistakes else 0


sys.exit(main())
