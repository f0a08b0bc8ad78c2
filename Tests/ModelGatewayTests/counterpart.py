"""Servers made of the vendors' own Python packages, until standard input ends.

What comes is checked against the packages' types for requests, keys that they do not know included. What goes is built
from their types for answers. Plain JSON or a stream, as the request asks for it.
"""

import json
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import anthropic.types as anthropic_types
import openai.types.chat as openai_types
from anthropic.types import message_create_params
from openai.types.chat import completion_create_params
from pydantic import ConfigDict, TypeAdapter

STRICT = ConfigDict(extra="forbid", arbitrary_types_allowed=True)
REQUESTS = {
    ("openai", False): completion_create_params.CompletionCreateParamsNonStreaming,
    ("openai", True): completion_create_params.CompletionCreateParamsStreaming,
    ("anthropic", False): message_create_params.MessageCreateParamsNonStreaming,
    ("anthropic", True): message_create_params.MessageCreateParamsStreaming,
}
for kind in REQUESTS.values():
    kind.__pydantic_config__ = STRICT
REQUESTS = {key: TypeAdapter(kind) for key, kind in REQUESTS.items()}


def unlazy(value):
    """The packages name iterables that pydantic reads when they are asked for: ask."""
    if isinstance(value, dict):
        return {key: unlazy(inner) for key, inner in value.items()}
    if isinstance(value, (str, bytes)) or not hasattr(value, "__iter__"):
        return value
    return [unlazy(inner) for inner in value]


def openai_answer(body):
    wants_tool = bool(body.get("tools"))
    form = body.get("response_format")
    text = None if wants_tool else ('{"ready": true}' if form else "Ready.")
    call = {"id": "call_1", "type": "function", "function": {"name": "series", "arguments": '{"component": "db"}'}}
    usage = {"prompt_tokens": 21, "completion_tokens": 4, "total_tokens": 25}
    head = {"id": "c1", "created": 1, "model": body["model"]}
    if not body.get("stream"):
        message = {"role": "assistant", "content": text, "refusal": None}
        if wants_tool:
            message["tool_calls"] = [call]
        choice = {"index": 0, "finish_reason": "tool_calls" if wants_tool else "stop", "message": message, "logprobs": None}
        yield openai_types.ChatCompletion.model_validate(
            {**head, "object": "chat.completion", "choices": [choice], "usage": usage}
        )
        return
    deltas = [{"role": "assistant", "content": ""}]
    if wants_tool:
        arguments = call["function"]["arguments"]
        first = {"index": 0, "id": "call_1", "type": "function", "function": {"name": "series", "arguments": arguments[:5]}}
        deltas += [{"tool_calls": [first]}, {"tool_calls": [{"index": 0, "function": {"arguments": arguments[5:]}}]}]
    else:
        deltas += [{"content": text[:3]}, {"content": text[3:]}]
    for delta in deltas:
        yield openai_types.ChatCompletionChunk.model_validate(
            {**head, "object": "chat.completion.chunk", "choices": [{"index": 0, "delta": delta, "finish_reason": None}]}
        )
    last = {"index": 0, "delta": {}, "finish_reason": "tool_calls" if wants_tool else "stop"}
    yield openai_types.ChatCompletionChunk.model_validate({**head, "object": "chat.completion.chunk", "choices": [last]})
    yield openai_types.ChatCompletionChunk.model_validate(
        {**head, "object": "chat.completion.chunk", "choices": [], "usage": usage}
    )


def anthropic_answer(body):
    tools = [tool["name"] for tool in body.get("tools", [])]
    if tools:
        block = {"type": "tool_use", "id": "toolu_1", "name": tools[-1], "input": {"ready": True}}
        if tools[-1] == "series":
            block["input"] = {"component": "db"}
    else:
        block = {"type": "text", "text": "Ready.", "citations": None}
    stop = "tool_use" if tools else "end_turn"
    message = {
        "id": "m1", "type": "message", "role": "assistant", "model": body["model"], "content": [block],
        "stop_reason": stop, "stop_sequence": None, "usage": {"input_tokens": 21, "output_tokens": 4},
    }
    if not body.get("stream"):
        yield anthropic_types.Message.model_validate(message)
        return
    start = {**message, "content": [], "stop_reason": None, "usage": {"input_tokens": 21, "output_tokens": 1}}
    yield anthropic_types.RawMessageStartEvent.model_validate({"type": "message_start", "message": start})
    if tools:
        text = json.dumps(block["input"])
        empty = {**block, "input": {}}
        deltas = [{"type": "input_json_delta", "partial_json": part} for part in (text[:5], text[5:])]
    else:
        empty = {**block, "text": ""}
        deltas = [{"type": "text_delta", "text": part} for part in ("Rea", "dy.")]
    yield anthropic_types.RawContentBlockStartEvent.model_validate(
        {"type": "content_block_start", "index": 0, "content_block": empty}
    )
    for delta in deltas:
        yield anthropic_types.RawContentBlockDeltaEvent.model_validate(
            {"type": "content_block_delta", "index": 0, "delta": delta}
        )
    yield anthropic_types.RawContentBlockStopEvent.model_validate({"type": "content_block_stop", "index": 0})
    yield anthropic_types.RawMessageDeltaEvent.model_validate(
        {"type": "message_delta", "delta": {"stop_reason": stop, "stop_sequence": None}, "usage": {"output_tokens": 4}}
    )
    yield anthropic_types.RawMessageStopEvent.model_validate({"type": "message_stop"})


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        vendor = "anthropic" if self.path == "/v1/messages" else "openai"
        try:
            assert self.path in ("/v1/messages", "/v1/chat/completions"), self.path
            if vendor == "anthropic":
                assert self.headers["anthropic-version"] == "2023-06-01" and self.headers["x-api-key"] == "sk-loopback"
            else:
                assert self.headers["authorization"] == "Bearer sk-loopback"
            unlazy(REQUESTS[vendor, bool(body.get("stream"))].validate_python(body))
        except Exception as error:
            text = json.dumps({"error": {"message": f"not as the package has it: {error}", "type": "invalid_request_error"}})
            return self.send(422, "application/json", text)
        answers = list((openai_answer if vendor == "openai" else anthropic_answer)(body))
        if not body.get("stream"):
            return self.send(200, "application/json", answers[0].model_dump_json())
        names = [f"event: {answer.type}\n" if vendor == "anthropic" else "" for answer in answers]
        events = [f"{name}data: {answer.model_dump_json(exclude_unset=True)}\n\n" for name, answer in zip(names, answers)]
        self.send(200, "text/event-stream", "".join(events) + ("data: [DONE]\n\n" if vendor == "openai" else ""))

    def send(self, status, kind, text):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(f"running on http://127.0.0.1:{server.server_port}", flush=True)
while os.read(0, 4096):
    pass
os._exit(0)
