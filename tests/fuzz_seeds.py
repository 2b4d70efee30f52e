# SPDX-License-Identifier: Apache-2.0
"""Writes first inputs for a fuzz target: fuzz_seeds.py pack|header|text DIRECTORY"""
import glob
import os
import re
import sys

kind, directory = sys.argv[1:]
if kind == "pack":
    seeds = [open(path, "rb").read() for path in glob.glob("rules/*.yaml")]
    seeds += [b"pack: {name: a, version: 1.0.0, licence: x}\nrules:\n" + rule.encode()
              for rule in re.split(r"(?m)(?=^  - id:)", open("rules/pii.yaml", encoding="utf-8").read())[1:]]
elif kind == "header":
    source = open("tests/test_wire.c", encoding="utf-8").read()
    seeds = [b"\x01" + text.replace('\\"', '"').encode() for text in re.findall(r'"(\{(?:[^"\\]|\\.)*)"', source)]
else:
    seeds = [bytes([i]) + line.strip().encode() for i, line in enumerate(
        re.findall(r'(?m)^ +- (.+)$', "".join(open(p, encoding="utf-8").read() for p in sorted(glob.glob("rules/*.yaml"))))[:256])]
for i, seed in enumerate(seeds):
    with open(os.path.join(directory, "seed%d" % i), "wb") as file:
        file.write(seed)
