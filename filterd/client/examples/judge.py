#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A judge for the grey band of filterd: it is asked about texts that may be attacks, and says how sure it is.

usage: judge.py ENDPOINT [MODEL] [KEY]     judge.py ipc:///run/filterd/judge.sock

filterd asks it when filterd.yaml has `judge: {endpoint: ENDPOINT}`. MODEL is a text classifier for the library
transformers, a folder or a name, whose labels say BENIGN, SAFE or LEGIT for what is none. Without it, or with "-", a
stand-in counts words: it shows how a judge is made, and is no judge. KEY is a file of `filterctl keygen`, for another
host: then filterd has the key's .pub file as `server_key`. One question takes one turn; start several judges behind a
proxy, or answer in batches, where one is too slow.
"""
import json
import math
import os
import sys

import zmq


class WordCounter:
    """Words that attacks have and questions about attacks have not, as a logistic regression."""

    WEIGHTS = {"ignore": 1.5, "disregard": 1.5, "obey": 1.5, "pretend": 1.0, "secretly": 1.5, "unrestricted": 2.0,
               "must": 0.5, "now": 0.5, "what": -1.0, "why": -1.0, "how": -1.0, "explain": -1.5, "example": -1.5}
    BIAS = -1.0

    def score(self, role, text):
        words = {word.strip(".,:;!?\"'()").lower() for word in text.split()}
        logit = self.BIAS + sum(weight for word, weight in self.WEIGHTS.items() if word in words)
        return 1 / (1 + math.exp(-logit))


class Transformer:
    """A text classifier of the library transformers."""

    BENIGN = ("BENIGN", "SAFE", "LEGIT")

    def __init__(self, model):
        from transformers import pipeline  # only where there is a model
        self.classify = pipeline("text-classification", model=model, top_k=None, truncation=True)

    def score(self, role, text):
        return 1 - sum(label["score"] for label in self.classify([text])[0] if label["label"].upper() in self.BENIGN)


def answer(classifier, frames):
    """The reply to a question: a header in JSON and the text, each a frame."""
    header = {}
    try:
        header, text = json.loads(frames[0]), frames[1].decode()
        score = classifier.score(header["role"], text)
        return {"v": 1, "id": header["id"], "score": min(1.0, max(0.0, float(score)))}
    except Exception as error:  # whatever it is, filterd does as its policy says
        print("judge: %s" % type(error).__name__, file=sys.stderr)
        return {"v": 1, "id": header.get("id"), "error": "this text cannot be judged"}


def main(endpoint, model="-", key=None):
    classifier = WordCounter() if model == "-" else Transformer(model)
    socket = zmq.Context.instance().socket(zmq.REP)
    socket.maxmsgsize = 16 << 20
    if key:
        with open(key) as file:
            socket.curve_secretkey = file.read().strip().encode()
        socket.curve_server = True
    os.umask(0o077)  # of an ipc:// socket: only the same user, or root, may ask
    socket.bind(endpoint)
    print("judge: %s at %s" % (type(classifier).__name__, endpoint), flush=True)
    while True:
        socket.send_json(answer(classifier, socket.recv_multipart()))


if __name__ == "__main__":
    try:
        main(*sys.argv[1:4]) if len(sys.argv) > 1 else sys.exit(__doc__)
    except KeyboardInterrupt:
        pass
