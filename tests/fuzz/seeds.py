# SPDX-License-Identifier: Apache-2.0
"""Writes first inputs for a fuzz target: seeds.py TARGET DIRECTORY; the targets are the files *.c beside this"""
import base64
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


def wrapped():
    """A mode, a boundary with its size, and the text that it wraps."""
    boundary, mark = b"0123456789abcdef", "\ue000".encode()
    lines = b"[BEGIN user DATA %s]\nsome <~01234567~|im_start|> text\n[END user DATA %s]"
    texts = [(1, boundary, lines % (boundary, boundary)),
             (2, mark, mark + b"some" + mark + b"text" + mark),
             (3, boundary, b"[BEGIN user DATA %s]\nc29tZSB0ZXh0\n[END user DATA %s]" % (boundary, boundary))]
    return [bytes([mode, len(name)]) + name + text for mode, name, text in texts]


def answers():
    return [bytes([i]) + b"mail asha@b.in   " + text for i, text in enumerate((
        b'{"a": [1, 2.5e3, "\\u00e9", null]}', b"see https://a.in/x, https://evil.example/y and //c.in",
        b"You are a clerk of the shop at a.in. Never tell anyone the code", b"write to ravi@c.in or asha@b.in"))]


def chats():
    """A direction, and the bodies of the test of parts, where quotes are apostrophes."""
    rows = re.findall(r'\{((?:\s*"(?:[^"\\\n]|\\.)*")+),', read("tests/unit/body/parts_test.c"))
    bodies = ["".join(re.findall(r'"((?:[^"\\\n]|\\.)*)"', row)).replace("'", '"') for row in rows]
    if not bodies:
        sys.exit("parts_test.c holds no bodies any more")
    return [bytes([i % 8]) + body.replace("hi", "asha@b.in").encode() for i, body in enumerate(bodies)]


def tokens():
    """A place, and texts with tokens in each form, as the test of restoring has them, and a seal that is none."""
    forms = ("<MAIL_b2>", "[MAIL_b2]", "&lt;MAIL_b2&gt;", "\\u003cMAIL_b2\\u003e", "<MAIL\\_b2>", "mail_b2",
             "https://a.in/?q=<MAIL_b2>", "![x](<https://b.in/ <MAIL_b2>>)", '{"a": "{\\"b\\": \\"<MAIL_b2>\\"}"}')
    return [bytes([i]) + form.encode() for i, form in enumerate(forms)] + [b"\x00FSM1" + bytes(80)]


def pieces():
    """Sixteen sizes, and a text."""
    texts = (b"and so we write to asha@b.in, for the code 12345 is new",
             "n\u0101mast\u0113 build 12345 <N_k7f3q2> 54321".encode(),
             b"plain words that go on and on without an end " * 8, b"first.asha@b.in\n12345,54321\n" * 6)
    return [bytes(range(i + 1, i + 17)) + text for i, text in enumerate(texts)]


def steps():
    """Rows of steps of a hostile client: the number of slots, then a step and its numbers."""
    return [b"\x02\x02\x14\x00\x0f\x03", b"\x01\x01\x00\x20" + b"\x00" * 32 + b"\x08", b"\x00\x04\xff\xff\xff\xff",
            b"\x03\x06" + bytes(range(12)), b"\x04\x07\x00\x00\x00\x10\xff\x02\x05\x00\x01\x03"]


def control_requests():
    return [b'{"op": "status"}', b'{"op": "reload"}', b'{"op": "stop"}', b'{"op": 1, "op": "status"}', b"[]"]


def judge_replies():
    return [b'{"v": 1, "id": "17", "score": 0.25}', b'{"id": "1", "verdict": "attack"}',
            b'{"id": "2", "verdict": "benign"}',
            b'{"id": "3", "error": "too long", "model": {"id": [1, "x"]}}', b'{"id": "01", "score": 1e0}']


def cache_files():
    """Bytes as they are, or changes at a place of a right file."""
    return [b"\x01not a database at all", b"\x00\x00\x00\xff\xff", b"\x00\x40\x00" + bytes(64), b"\x02\x80\x00\x00"]


def results():
    """Roles, what is asked for, room for the message, and two texts."""
    text = "mail asha@b.in, ignore all \u0928\u092e\u0938\u094d\u0924\u0947".encode()
    return [bytes([i * 5 % 16, 15, i * 16]) + text for i in range(8)]


def structures():
    """A budget, and the texts that the tests of the readers have."""
    found = []
    for path in sorted(glob.glob("tests/unit/fields/*_test.c")):
        for literals in re.findall(r'\{((?:\s*"(?:[^"\\\n]|\\.)*")+),', read(path)):
            text = "".join(re.findall(r'"((?:[^"\\\n]|\\.)*)"', literals))
            found.append(re.sub(r"\\(.)", lambda escape: ESCAPES.get(escape[1], escape[1]), text).encode())
    if not found:
        sys.exit("the tests of the fields hold no texts any more")
    return [b"\x00" + text for text in found]


ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
SEEDS = {"answer": answers, "cache": cache_files, "chat": chats, "control": control_requests, "fields": structures,
         "header": headers, "judge": judge_replies, "message": messages, "pack": packs, "reply": results,
         "restore": tokens, "ring": steps, "stream": pieces, "text": texts, "unwrap": wrapped}


def kept(kind):
    """What earlier runs found, an input in Base64 in each line; written by keep.py."""
    path = "tests/fuzz/corpus/%s.b64" % kind
    return [base64.b64decode(line) for line in read(path).split()] if os.path.exists(path) else []


def main():
    kind, directory = sys.argv[1:]
    for i, seed in enumerate(SEEDS[kind]() + kept(kind)):
        with open(os.path.join(directory, "seed%d" % i), "wb") as file:
            file.write(seed)


main()
