#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A gateway for OpenAI's chat completions that fails closed: requests go up redacted, answers come back restored, whole
or streamed. Needs Python, libfilter-client and filterd.py, and nothing else.

    UPSTREAM=http://127.0.0.1:9000 FILTERD=/run/filterd/filterd.sock.shm PORT=8080 python3 gateway.py

An example to build on: a real one has TLS, keys and a pool of connections to its upstream.

    FILTERD     the socket for shared memory, or an endpoint: ipc://…, tcp://…
    UPSTREAM    URL of the model's API, without the path
    PORT        where the gateway listens, on this host
    TIMEOUT_MS  how long filterd may take; 1000 without it
"""
import http.server
import json
import os
import queue
import secrets
import urllib.error
import urllib.request

import filterd

SOCKET = os.environ.get("FILTERD", "/run/filterd/filterd.sock.shm")
UPSTREAM = os.environ["UPSTREAM"].rstrip("/")
TIMEOUT_MS = int(os.environ.get("TIMEOUT_MS", "1000"))
BODY_MAX = 32 << 20
idle = queue.LifoQueue()  # clients that are free; each serves one request at a time


class Refused(Exception):
    """What the caller is told in place of an answer."""

    def __init__(self, status, body):
        super().__init__(status)
        self.status, self.body = status, body


def unavailable(status=503, code="filter_unavailable"):
    message = "The request could not be checked." if status == 503 else "The request could not be read."
    return Refused(status, json.dumps({"error": {"message": message, "type": "api_error", "param": None,
                                                 "code": code}}).encode())


def ask(header, *texts):
    """One request to filterd, as (reply, texts). Whatever goes wrong, there is no verdict, and so no answer. A free
    client may be of a daemon that was restarted: then a new one asks again."""
    header = {"v": 1, "deadline_ms": TIMEOUT_MS // 2, **header}
    while True:
        try:
            client, fresh = idle.get_nowait(), False
        except queue.Empty:
            try:
                client, fresh = filterd.Client(SOCKET, timeout_ms=TIMEOUT_MS), True
            except filterd.Error:
                raise unavailable()
        try:
            reply, frames = client.ask(header, texts)
        except filterd.Error as error:
            client.close()
            if fresh or error.status != filterd.GONE:
                raise unavailable()
            continue
        idle.put(client)
        if reply["status"] == "ok" and reply.get("verdict") in ("allow", "flag", "redact", "block"):
            return reply, frames
        refused = reply.get("error", {}).get("code") in ("bad_text", "bad_request", "too_large")
        raise unavailable(400, "invalid_request") if refused else unavailable()


class Conversation:
    """One request and its answer: its tokens are those of a session, and its mapping stays here."""

    def __init__(self, session):
        self.names = {"session": session, "restore": "seal", "api": "openai-chat"}
        self.stream_name = secrets.token_hex(8)
        self.sealed = b""
        self.begun = set()

    def request(self, body):
        """The body to send up."""
        reply, frames = ask({"op": "chat", **self.names}, body)
        if reply["verdict"] == "block":
            raise Refused(reply["http_status"], frames[reply["ending"]])
        self.sealed = frames[reply["sealed"]]
        return frames[reply["body"]] if reply["changed"] else body

    def answer(self, body):
        """The body to send down."""
        reply, frames = ask({"op": "chat", "direction": "response", **self.names}, body, self.sealed)
        if reply["verdict"] == "block":
            return frames[reply["ending"]]
        return frames[reply["body"]] if reply["changed"] else body

    def piece(self, part, text, end=False, kind="content"):
        """What is settled of a text that comes in pieces; None: it is blocked."""
        header = {"op": "stream", "stream": self.stream_name, "part": part, "end": end, "kind": kind,
                  "session": self.names["session"], "restore": "seal"}
        first = part not in self.begun
        self.begun.add(part)
        reply, frames = ask(header, text.encode("utf-8", "surrogatepass"), *([self.sealed] if first else []))
        return None if reply["verdict"] == "block" else frames[reply["settled"]].decode()


def event(chunk):
    return b"data: " + json.dumps(chunk).encode() + b"\n\n"


class Stream:
    """Server-sent events of chat completions, checked on their way."""

    def __init__(self, conversation):
        self.conversation = conversation
        self.open = {}  # texts that go on, by part: choice, call of a tool or None, kind

    def push(self, choice, tool, text, end=False):
        part = "%d-%s" % (choice, "content" if tool is None else tool)
        self.open[part] = (choice, tool)
        if end:
            del self.open[part]
        settled = self.conversation.piece(part, text, end, "content" if tool is None else "arguments")
        if settled is None:
            raise StopIteration
        return settled

    def flush(self, chunk, choice):
        """What is still held of a choice, as a chunk before the one that ends it."""
        delta = {}
        for part, (index, tool) in list(self.open.items()):
            if index != choice:
                continue
            text = self.push(index, tool, "", end=True)
            if tool is None:
                delta["content"] = text
            else:
                delta.setdefault("tool_calls", []).append({"index": tool, "function": {"arguments": text}})
        return event({**chunk, "choices": [{"index": choice, "delta": delta, "finish_reason": None}]}) if delta else b""

    def chunk(self, chunk):
        """The events that stand for one of the model's."""
        out = b""
        for choice in chunk.get("choices", ()):
            delta, index = choice.get("delta") or {}, choice.get("index", 0)
            for name in ("content", "refusal"):
                if isinstance(delta.get(name), str):
                    delta[name] = self.push(index, None, delta[name])
            for call in delta.get("tool_calls") or ():
                function = call.get("function") or {}
                if isinstance(function.get("arguments"), str):
                    function["arguments"] = self.push(index, call.get("index", 0), function["arguments"])
            choice.pop("logprobs", None)  # says the text once more
            if choice.get("finish_reason"):
                out += self.flush({k: v for k, v in chunk.items() if k != "usage"}, index)
        return out + event(chunk)

    def ending(self, chunk):
        """What a blocked answer ends with: SDKs take it for an answer that was cut."""
        cut = {"index": 0, "delta": {}, "finish_reason": "content_filter"}
        return event({**chunk, "choices": [cut]}) + b"data: [DONE]\n\n"

    def events(self, lines):
        last = {"object": "chat.completion.chunk"}
        try:
            for line in lines:
                if not line.startswith(b"data:"):
                    continue
                data = line[5:].strip()
                if data == b"[DONE]":
                    for choice in {index for index, _ in self.open.values()}:
                        yield self.flush(last, choice)
                    yield b"data: [DONE]\n\n"
                    return
                chunk = json.loads(data)
                last = {k: chunk[k] for k in ("id", "object", "created", "model") if k in chunk}
                yield self.chunk(chunk)
        except (StopIteration, RuntimeError, Refused, ValueError):
            pass  # blocked, or no verdict: it ends in words
        yield self.ending(last)


class Gateway(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def send(self, status, body, kind="application/json"):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def send_stream(self, upstream, conversation):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        for events in Stream(conversation).events(upstream):
            self.wfile.write(events)
            self.wfile.flush()
        self.close_connection = True

    def answer(self):
        size = int(self.headers.get("Content-Length") or -1)
        if not 0 <= size <= BODY_MAX or self.headers.get("Content-Encoding"):
            raise unavailable(400, "invalid_request")
        conversation = Conversation(self.headers.get("X-Session") or secrets.token_hex(16))
        body = conversation.request(self.rfile.read(size))
        headers = {"Content-Type": "application/json", "Authorization": self.headers.get("Authorization", "")}
        request = urllib.request.Request(UPSTREAM + self.path, body, headers)
        with urllib.request.urlopen(request) as upstream:
            if upstream.headers.get_content_type() == "text/event-stream":
                self.send_stream(upstream, conversation)
            else:
                self.send(200, conversation.answer(upstream.read()))

    def do_POST(self):
        try:
            if self.path != "/v1/chat/completions":
                raise unavailable(404, "not_found")
            self.answer()
        except Refused as refused:
            self.send(refused.status, refused.body)
        except urllib.error.HTTPError as error:
            self.send(error.code, error.read())  # rate limits and their like, as they are

    def log_message(self, *_):
        pass  # a path or a header may hold what must not be logged


if __name__ == "__main__":
    http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Gateway).serve_forever()
