"""Posts alerts to /api/v2/alerts over keep-alive connections and says how fast they were acknowledged.

usage: alert_load.py HOST:PORT refresh|distinct|storm SECONDS
refresh: 1,000 alerts again and again. distinct: never the same twice. storm: 10,000 distinct ones of 200 services with
one cause, as fast as they are taken; then how long until the incident has its first verdict.
"""

import datetime
import http.client
import json
import sys
import threading
import time

target, mode, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
BATCH, CONNECTIONS = 100, 8


def body(first):
    now = datetime.datetime.now(datetime.timezone.utc)
    ends = (now + datetime.timedelta(minutes=4)).isoformat()
    starts = now.isoformat()
    alerts = []
    for number in range(first, first + BATCH):
        alerts.append({
            "labels": {
                "alertname": "HighLatency" if number % 3 else "ErrorRate",
                "service": f"service-{number % 200}", "instance": f"10.0.{number // 250 % 250}.{number % 250}:9090",
                "severity": "critical" if number % 200 == 0 else "warning", "number": str(number),
            },
            "annotations": {"summary": f"latency above 2 s on {number}"},
            "startsAt": starts, "endsAt": ends, "generatorURL": "http://prometheus:9090/graph",
        })
    return json.dumps(alerts).encode()


# Made beforehand, so that the client's own work is small.
count = {"refresh": 10, "distinct": int(seconds * 400), "storm": 100}[mode]
bodies = [body(number * BATCH) for number in range(count)]
lock, durations, statuses, position = threading.Lock(), [], {}, [0]
begin = time.monotonic()


def take():
    with lock:
        number = position[0]
        position[0] += 1
    if mode == "refresh":
        return bodies[number % count] if time.monotonic() - begin < seconds else None
    return bodies[number] if number < count and (mode == "storm" or time.monotonic() - begin < seconds) else None


def send():
    connection = http.client.HTTPConnection(target)
    connection.connect()
    while (payload := take()) is not None:
        start = time.monotonic()
        connection.request("POST", "/api/v2/alerts", payload, {"Content-Type": "application/json"})
        response = connection.getresponse()
        response.read()
        with lock:
            durations.append(time.monotonic() - start)
            statuses[response.status] = statuses.get(response.status, 0) + 1


threads = [threading.Thread(target=send) for _ in range(CONNECTIONS)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
elapsed = time.monotonic() - begin
durations.sort()
rate = statuses.get(200, 0) * BATCH / elapsed
p99 = durations[int(len(durations) * 0.99)] * 1000
print(f"{target} {mode}: {rate:,.0f} alerts/s, p99 {p99:.0f} ms, statuses {statuses}")

if mode == "storm":
    connection = http.client.HTTPConnection(target)

    def get(path):
        connection.request("GET", path)
        return json.loads(connection.getresponse().read())

    while time.monotonic() - begin < 120:
        items = get("/api/v1/incidents")["items"]
        findings = items and get(f"/api/v1/incidents/{items[-1]['id']}/findings")["items"]
        if findings:
            print(f"first hypothesis after {time.monotonic() - begin:.1f} s: "
                  + ", ".join(finding["component"] for finding in findings[:3]))
            break
        time.sleep(0.1)
    while time.monotonic() - begin < 120:
        items = get("/api/v1/incidents")["items"]
        if items and items[-1]["alertCount"] == count * BATCH:
            break
        time.sleep(0.2)
    print(f"{len(items)} incident(s) of {[item['alertCount'] for item in items]} alerts")
