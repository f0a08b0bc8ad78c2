"""Posts alerts to /api/v2/alerts over keep-alive connections and says how fast they were acknowledged.

usage: alert_load.py HOST:PORT refresh|distinct SECONDS
refresh: 1,000 alerts again and again. distinct: never the same twice. Batches of 100 over 8 connections.
Prints alerts acknowledged per second and the 99th percentile of the acknowledgement in milliseconds.
"""

import datetime
import http.client
import sys
import threading
import time

BATCH, CONNECTIONS = 100, 8


def alerts(first, count=BATCH):
    now = datetime.datetime.now(datetime.timezone.utc)
    ends = (now + datetime.timedelta(minutes=4)).isoformat()
    # By hand, since a hundred thousand of them are made.
    return ("[" + ",".join(
        f'{{"labels":{{"alertname":"{"HighLatency" if number % 3 else "ErrorRate"}",'
        f'"service":"service-{number % 200}","instance":"10.0.{number // 250 % 250}.{number % 250}:9090",'
        f'"severity":"{"warning" if number % 200 else "critical"}","number":"{number}"}},'
        f'"annotations":{{"summary":"latency above 2 s on {number}"}},"startsAt":"{now.isoformat()}",'
        f'"endsAt":"{ends}","generatorURL":"http://prometheus:9090/graph"}}'
        for number in range(first, first + count)) + "]").encode()


def send_all(target, take, path="/api/v2/alerts"):
    """Sends what `take` gives until it gives None; returns statuses, sorted durations and the seconds that it took."""
    lock, durations, statuses = threading.Lock(), [], {}

    def send():
        connection = http.client.HTTPConnection(target)
        while True:
            with lock:
                payload = take()
            if payload is None:
                return
            start = time.monotonic()
            connection.request("POST", path, payload, {"Content-Type": "application/json"})
            response = connection.getresponse()
            response.read()
            with lock:
                durations.append(time.monotonic() - start)
                statuses[response.status] = statuses.get(response.status, 0) + 1

    begin = time.monotonic()
    threads = [threading.Thread(target=send) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses, sorted(durations), time.monotonic() - begin


def main():
    target, mode, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
    # Made beforehand, so that the client's own work is small.
    bodies = [alerts(number * BATCH) for number in range(10 if mode == "refresh" else int(seconds * 600))]
    position, end = [0], time.monotonic() + seconds

    def take():
        number = position[0]
        position[0] += 1
        if time.monotonic() > end or (mode == "distinct" and number >= len(bodies)):
            return None
        return bodies[number % len(bodies)]

    statuses, durations, elapsed = send_all(target, take)
    refused = sum(count for status, count in statuses.items() if status != 200)
    rate = statuses.get(200, 0) * BATCH / elapsed
    print(f"{rate:.0f} {durations[int(len(durations) * 0.99)] * 1000:.0f} {refused}")


if __name__ == "__main__":
    main()
