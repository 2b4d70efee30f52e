# SPDX-License-Identifier: Apache-2.0
"""Writes first inputs for a fuzz target: fuzz_seeds.py pack|header|message|text DIRECTORY"""
import glob
import os
import re
import struct
import sys

kind, directory = sys.argv[1:]
if kind == "pack":
    seeds = [open(path, "rb").read() for path in glob.glob("rules/**/*.yaml", recursive=True)]
    seeds += [b"pack: {name: a, version: 1.0.0, licence: x}\nrules:\n" + rule.encode()
              for rule in re.split(r"(?m)(?=^  - id:)", open("rules/pii/generic.yaml", encoding="utf-8").read())[1:]]
elif kind == "header":
    source = open("tests/test_wire.c", encoding="utf-8").read()
    seeds = [b"\x01" + text.replace('\\"', '"').encode() for text in re.findall(r'"(\{(?:[^"\\]|\\.)*)"', source)]
elif kind == "message":  # version, form, size, op, json, segments, id … of client/message.h, and one segment of four bytes
    head = struct.pack("<IIII II II 8I II II d II II II q", 1, 0, 136, 0, 0, 0, 136, 1, *([0] * 8), 3, 0, 0, 0, -1.0, 0, 0, 0, 0, 0, 0, -1)
    seeds = [head + struct.pack("<6I", 0, 0, 0, 0, 160, 4) + b"text", head[:4] + b"\x01" + head[5:16] + struct.pack("<II", 160, 7) + head[24:]
             + struct.pack("<6I", 0, 0, 0, 0, 160, 4) + b'{"v":1}', head[:12] + b"\x02" + head[13:24] + bytes(8) + head[32:]]
else:
    packs = ["rules/injection/signatures.yaml", *sorted(glob.glob("rules/pii/*.yaml"))]
    examples = re.findall(r'(?m)^ +- (.+)$', "".join(open(path, encoding="utf-8").read() for path in packs))
    seeds = [bytes([i]) + line.strip().encode() for i, line in enumerate(examples[:256])]
for i, seed in enumerate(seeds):
    with open(os.path.join(directory, "seed%d" % i), "wb") as file:
        file.write(seed)
