#!/usr/bin/env python3
"""A model server that misbehaves, in the shape of chat completions: hostile_model.py PORT_FILE MODE.

MODE: random, nonsense, invented, commands, never, slow, huge, invalid-utf8, truncated, busy.
Writes the port it listens on (127.0.0.1) into PORT_FILE."""
import json
import random
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

port_file, mode = sys.argv[1:3]
chance = random.Random(7)
lock = threading.Lock()


def pick(schema):
    """Any value that the schema allows."""
    if "enum" in schema:
        return chance.choice(schema["enum"])
    kind = schema.get("type")
    if kind == "object":
        return {name: pick(part) for name, part in sorted(schema.get("properties", {}).items())}
    if kind == "array":
        return [pick(schema["items"]) for _ in range(chance.randrange(4))]
    return "The cause is %s [E%d]." % (chance.choice(["payment", "disk", "H2"]), chance.randrange(12))


INVENTED = json.dumps({
    "choice": "H99", "order": ["H98", "R77"],
    "inquiries": [{"component": "mainframe", "fault": "cpu", "query": "series"}],
    "sentences": [{"kind": "summary", "text": "The mainframe failed with 99 errors [E900]."}]})
COMMANDS = json.dumps({
    "choice": "none", "order": [], "inquiries": [], "execute": "rm -rf /",
    "sentences": [{"kind": "summary", "text": "Run kubectl delete pod payment [H1]."}]})


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def answer(self, text):
        body = json.dumps({
            "choices": [{"finish_reason": "stop", "message": {"role": "assistant", "content": text}}],
            "usage": {"prompt_tokens": 1000, "completion_tokens": 50}}).encode()
        self.raw(body)

    def raw(self, body, status=200, headers=()):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        length = int(self.headers.get("Content-Length", 0))
        asked = json.loads(self.rfile.read(length))
        try:
            self.misbehave(asked)
        except (BrokenPipeError, ConnectionResetError):
            pass

    def misbehave(self, asked):
        if mode == "random":
            schema = asked.get("response_format", {}).get("json_schema", {}).get("schema", {})
            with lock:
                text = json.dumps(pick(schema))
            self.answer(text)
        elif mode == "nonsense":
            self.answer("Colourless green ideas sleep furiously.")
        elif mode == "invented":
            self.answer(INVENTED)
        elif mode == "commands":
            self.answer(COMMANDS)
        elif mode == "never":
            time.sleep(600)
        elif mode == "slow":
            self.send_response(200)
            self.send_header("Content-Length", "600")
            self.end_headers()
            for _ in range(600):
                self.wfile.write(b"x")
                self.wfile.flush()
                time.sleep(1)
        elif mode == "huge":
            self.send_response(200)
            self.send_header("Content-Length", str(200 << 20))
            self.end_headers()
            for _ in range(200):
                self.wfile.write(b"x" * (1 << 20))
        elif mode == "invalid-utf8":
            self.raw(b'{"choices":[{"finish_reason":"stop","message":{"content":"\xff\xfe\xc3\x28"}}]}')
        elif mode == "truncated":
            self.raw(b'{"choices":[{"finish_reason":"stop","message":{"content":"{\\"choice\\":')
        elif mode == "busy":
            self.raw(b'{"error":{"message":"busy"}}', 429, [("Retry-After", "1")])
        else:
            raise SystemExit("unknown mode " + mode)


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
with open(port_file, "w") as file:
    file.write(str(server.server_address[1]))
server.serve_forever()
