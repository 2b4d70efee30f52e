# SPDX-License-Identifier: Apache-2.0
"""Writes first inputs for a fuzz target: seeds.py pack|header|message|text DIRECTORY"""
import glob
import os
import re
import struct
import sys


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def packs():
    """Each pack, and each rule of one as a pack of its own."""
    whole = [read(path).encode() for path in glob.glob("rules/**/*.yaml", recursive=True)]
    rules = re.split(r"(?m)(?=^  - id:)", read("rules/pii/generic.yaml"))[1:]
    return whole + [b"pack: {name: a, version: 1.0.0, licence: x}\nrules:\n" + rule.encode() for rule in rules]


def headers():
    """The requests that the test of the reader has."""
    source = read("tests/unit/protocol/json_request_test.c")
    found = re.findall(r'"(\{(?:[^"\\]|\\.)*)"', source)
    if not found:
        sys.exit("json_request_test.c holds no request any more")
    return [b"\x01" + text.replace('\\"', '"').encode() for text in found]


def messages():
    """Version, form, size, op, json, segments, id … of protocol/message.h, and one segment of four bytes."""
    head = struct.pack("<IIII II II 8I II II d II II II q", 1, 0, 136, 0, 0, 0, 136, 1, *([0] * 8), 3, 0, 0, 0, -1.0,
                       0, 0, 0, 0, 0, 0, -1)
    segment = struct.pack("<6I", 0, 0, 0, 0, 160, 4)
    json = head[:4] + b"\x01" + head[5:16] + struct.pack("<II", 160, 7) + head[24:]
    ping = head[:12] + b"\x02" + head[13:24] + bytes(8) + head[32:]
    return [head + segment + b"text", json + segment + b'{"v":1}', ping]


def texts():
    paths = ["rules/injection/signatures.yaml", *sorted(glob.glob("rules/pii/*.yaml"))]
    examples = re.findall(r"(?m)^ +- (.+)$", "".join(read(path) for path in paths))
    return [bytes([i]) + line.strip().encode() for i, line in enumerate(examples[:256])]


def main():
    kind, directory = sys.argv[1:]
    for i, seed in enumerate({"pack": packs, "header": headers, "message": messages, "text": texts}[kind]()):
        with open(os.path.join(directory, "seed%d" % i), "wb") as file:
            file.write(seed)


main()
