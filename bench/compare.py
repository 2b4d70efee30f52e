#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares two results of the speed bench, figure by figure.

    bench/compare.py OLD.json NEW.json [--share 10] [--all]

Prints how many times as fast the new one is, with both medians and their spreads. A figure is slower when its median
is worse by more than the share (in percent) and the spreads of old and new do not touch. Exits 1 where one is slower,
64 on wrong usage. Both should come from one machine, best from runs that took turns.
"""
import argparse
import json
import sys


def usage_error(reason):
    print(f"compare.py: {reason}", file=sys.stderr)
    sys.exit(64)


class Parser(argparse.ArgumentParser):
    def error(self, message):
        print(f"compare.py: {message}", file=sys.stderr)
        self.print_usage(sys.stderr)
        sys.exit(64)


def read(path):
    """The origin of a result, and its figures by table, row and column."""
    try:
        with open(path, encoding="utf-8") as file:
            result = json.load(file)
        figures = {(table, f["row"], f["column"]): f for table, t in result["tables"].items() for f in t["figures"]}
        return result["origin"], figures
    except (OSError, ValueError, KeyError, TypeError) as error:
        usage_error(f"{path}: not a result of the bench: {error}")


def factor(old, new):
    """How many times as fast the new figure is; None where that cannot be told."""
    if old["median"] <= 0 or new["median"] <= 0 or not new["better"]:
        return None
    ratio = new["median"] / old["median"]
    return ratio if new["better"] == "more" else 1 / ratio


def is_apart(old, new):
    return new["high"] < old["low"] or new["low"] > old["high"]


def verdict(old, new, share):
    times = factor(old, new)
    if times is None:
        return "" if old["median"] == new["median"] or new["unit"] else "differs"
    if not is_apart(old, new):
        return ""
    return "SLOWER" if times < 1 - share / 100 else "faster" if times > 1 + share / 100 else ""


def spread(figure):
    median, low, high = (f"{figure[k]:.4g}" for k in ("median", "low", "high"))
    return f"{median} ({low}..{high})" if figure["rounds"] > 1 else median


def main():
    parser = Parser(description=__doc__.splitlines()[0])
    parser.add_argument("old")
    parser.add_argument("new")
    parser.add_argument("--share", type=float, default=10, help="percent that a figure may be slower (default: 10)")
    parser.add_argument("--all", action="store_true", help="also figures that are neither slower nor faster")
    options = parser.parse_args()
    (old_origin, old), (new_origin, new) = read(options.old), read(options.new)
    for key in ("cpu", "level", "compiler", "quick"):
        if old_origin.get(key) != new_origin.get(key):
            print(f"note: {key} differs: {old_origin.get(key)}, {new_origin.get(key)}")
    both = [key for key in new if key in old]
    if not both:
        usage_error("the two results have no figure in common")
    counts = {"SLOWER": 0, "faster": 0, "differs": 0, "": 0}
    for key in both:
        what, times = verdict(old[key], new[key], options.share), factor(old[key], new[key])
        counts[what] += 1
        if what or options.all:
            told = f"{times:5.2f} times" if times else " " * 11
            print(f"{what:8}{told}  {', '.join(key)}: {spread(old[key])} -> {spread(new[key])} {new[key]['unit']}")
    print(f"{len(both)} figures: {counts['SLOWER']} slower, {counts['faster']} faster, "
          f"{counts['differs']} counts differ; "
          f"{len(old) - len(both)} only in the old result, {len(new) - len(both)} only in the new one")
    return 1 if counts["SLOWER"] else 0


if __name__ == "__main__":
    sys.exit(main())
