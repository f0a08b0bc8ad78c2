"""A storm: 10,000 distinct alerts of 200 services with one cause, as fast as they are taken.

usage: storm.py HOST:PORT
Pushes three quarters of an hour of traces of 200 services that call each other down to one database, and metrics of each;
in the last minute the database has no processor left and whoever waits for it is slow. Then the alerts come. Says how
long until the first hypothesis, whether the cause is among the first three, and whether every alert is there.
"""

import http.client
import json
import sys
import time

from alert_load import BATCH, send_all

SERVICES, CAUSE, MINUTES, FAULT_MINUTES = 200, "ledger-db", 45, 2
target = sys.argv[1]
names = [CAUSE] + [f"service-{number}" for number in range(1, SERVICES)]


def callee(number):
    """A tree whose root everybody calls in the end."""
    return (number - 1) // 3


def nanoseconds(seconds):
    return str(int(seconds * 1e9))


def resource(number, key, scope):
    return {
        "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": names[number]}}]}, key: [scope],
    }


def traces(now):
    """Each minute, from each leaf, one request down to the database."""
    spans = {number: [] for number in range(SERVICES)}
    for minute in range(MINUTES):
        start = now - 60 * (MINUTES - minute) + 5
        is_slow = minute >= MINUTES - FAULT_MINUTES
        for leaf in range((SERVICES + 1) // 3, SERVICES, 3):
            path = [leaf]
            while path[-1] != 0:
                path.append(callee(path[-1]))
            trace = f"{minute:08x}{leaf:024x}"
            for depth, number in enumerate(path):
                own = 0.002 * (len(path) - depth) + (1.5 if is_slow else 0) + 0.0001 * ((minute * 7 + leaf) % 5)
                spans[number].append({
                    "traceId": trace, "spanId": f"{depth + 1:016x}", "parentSpanId": f"{depth:016x}" if depth else "",
                    "name": f"GET /{names[number]}", "kind": 2, "startTimeUnixNano": nanoseconds(start + 0.001 * depth),
                    "endTimeUnixNano": nanoseconds(start + 0.001 * depth + own), "status": {},
                })
    return {"resourceSpans": [resource(number, "scopeSpans", {"spans": spans[number]}) for number in range(SERVICES)]}


def metrics(now):
    def points(number):
        for step in range(MINUTES * 2):
            at = now - 30 * (MINUTES * 2 - step)
            is_busy = number == 0 and at > now - 60 * FAULT_MINUTES
            yield {"timeUnixNano": nanoseconds(at), "asDouble": 0.97 if is_busy else 0.2 + ((step * 7 + number) % 9) / 100}

    return {"resourceMetrics": [
        resource(number, "scopeMetrics", {"metrics": [
            {"name": "process.cpu.utilization", "unit": "1", "gauge": {"dataPoints": list(points(number))}}]})
        for number in range(SERVICES)
    ]}


def alerts(now):
    """The cause's first, then those of whoever is near it, then of all."""
    rules = ["HighLatency", "ErrorRate", "SloBurn", "QueueLong", "Saturation"]
    every = []
    for number in range(SERVICES):
        for copy in range(50):
            every.append({
                "labels": {
                    "alertname": rules[copy % 5] if number else f"Cpu{rules[copy % 5]}", "service": names[number],
                    "instance": f"{names[number]}-{copy // 5}:9090",
                    "severity": "critical" if copy == 0 else "warning",
                },
                "annotations": {"summary": f"{names[number]} is in trouble"},
                "startsAt": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now - 60 + min(30, number / 5))),
            })
    return every


def get(path):
    connection = http.client.HTTPConnection(target)
    connection.request("GET", path)
    return json.loads(connection.getresponse().read())


def push(path, document):
    connection = http.client.HTTPConnection(target)
    connection.request("POST", path, json.dumps(document), {"Content-Type": "application/json"})
    status = connection.getresponse().status
    assert status == 200, (path, status)


now = time.time()
push("/v1/traces", traces(now))
push("/v1/metrics", metrics(now))
every = alerts(now)
bodies = [json.dumps(every[first:first + BATCH]).encode() for first in range(0, len(every), BATCH)]
waiting = list(reversed(bodies))
begin = time.monotonic()
statuses, durations, elapsed = send_all(target, lambda: waiting.pop() if waiting else None)
print(f"{len(every)} alerts acknowledged in {elapsed:.2f} s, statuses {statuses}, "
      f"p99 {durations[int(len(durations) * 0.99)] * 1000:.0f} ms")

findings = []
while not findings and time.monotonic() - begin < 120:
    time.sleep(0.05)
    items = get("/api/v1/incidents")["items"]
    findings = items and get(f"/api/v1/incidents/{items[-1]['id']}/findings")["items"]
first = time.monotonic() - begin
ranking = [finding["component"] for finding in findings]
while time.monotonic() - begin < 120 and not get("/api/v1/incidents")["items"][-1].get("verdict"):
    time.sleep(0.1)
concluded = time.monotonic() - begin
while time.monotonic() - begin < 120:
    items = get("/api/v1/incidents")["items"]
    if sum(item["alertCount"] for item in items) == len(every):
        break
    time.sleep(0.1)
place = ranking.index(CAUSE) + 1 if CAUSE in ranking else None
print(f"first hypothesis after {first:.2f} s, concluded after {concluded:.2f} s, cause on place {place} of {ranking[:3]}")
print(f"{len(items)} incident(s) with {[item['alertCount'] for item in items]} alerts")
sys.exit(0 if len(items) == 1 and items[0]["alertCount"] == len(every) and place and place <= 3 and first < 3 else 1)
