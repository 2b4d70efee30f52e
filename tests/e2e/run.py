# SPDX-License-Identifier: Apache-2.0
"""Runs the end-to-end tests.

usage: run.py [BUILD] [NAME]...

BUILD is a directory with filterd and filterctl (default: build). NAME is a theme (reload), a class (Tenants), a test
(test_scan_names_places_and_prints_no_text) or THEME.CLASS.TEST; without names all run. QUIET=1 prints a dot for each.
"""
import os
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))


def flatten(suite):
    for item in suite:
        if isinstance(item, unittest.TestSuite):
            yield from flatten(item)
        else:
            yield item


def is_named(test, names):
    """Does one of the names stand for this test?"""
    parts = [part.removeprefix("test_") for part in test.id().split(".")]
    for name in names:
        wanted = [part.removeprefix("test_") for part in name.split(".")]
        if any(parts[i:i + len(wanted)] == wanted for i in range(len(parts))):
            return True
    return False


def main():
    names = sys.argv[1:]
    build = names.pop(0) if names and os.path.isdir(names[0]) else "build"
    os.environ["FILTERD_BUILD"] = os.path.abspath(build)
    os.makedirs(os.path.join(build, "cache"), mode=0o700, exist_ok=True)
    sys.path.insert(0, HERE)
    import daemon  # sets the path of the bindings, which the tests import

    found = list(flatten(unittest.defaultTestLoader.discover(HERE, "test_*.py", HERE)))
    chosen = [test for test in found if not names or is_named(test, names)]
    broken = [test for test in found if isinstance(test, unittest.loader._FailedTest)]
    if not chosen or broken:
        why = "cannot be loaded: %s" % broken[0]._exception if broken else "no test is called %s" % ", ".join(names)
        print("e2e: " + why)
        return 64
    print("e2e: %d of %d tests on %s" % (len(chosen), len(found), daemon.BUILD), flush=True)
    result = unittest.TextTestRunner(verbosity=1 if os.environ.get("QUIET") else 2).run(unittest.TestSuite(chosen))
    failed = len(result.failures) + len(result.errors)
    passed = result.testsRun - failed - len(result.skipped)
    print("e2e: %d passed, %d failed, %d skipped" % (max(0, passed), failed, len(result.skipped)))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
