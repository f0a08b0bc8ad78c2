#!/usr/bin/env python3
"""Does the alert desk tell the same as a running Alertmanager?

Starts one Alertmanager for each of twelve policies (timers of seconds), posts the same alerts to all of them for a minute and a
half, and replays what was posted with `tocsin policy replay --messages`. For each policy the same receivers, groups and alerts
must be told in the same order, at the same time within TOLERANCE seconds.

What is due must not race with what comes in. So all moments have a place on a circle of PERIOD seconds, which Alertmanager's own
timers keep to: alerts come at 0, old alerts at 1, groups are looked at at 2 (old ones at 1), what ends by itself ends at 4, and
empty groups are removed at 5. A repeat interval is an odd half of the circle away from any multiple of it. A busy machine may be
late by nearly two seconds before anything changes its order; Alertmanager's timers run on from when they were served, so that
lateness adds up.

usage: alert-desk-parity.py [TOCSIN]     needs prometheus-alertmanager (Debian's package) on the PATH
"""
import datetime, http.server, itertools, json, random, shutil, socket, subprocess, sys, tempfile, threading, time, urllib.request

PERIOD, STEPS, TOLERANCE = 6, 15, 1.9
WAIT, INTERVAL, RESOLVE, SILENCE = "2s", "6s", "10s", 16.0


def inhibit(equal, target="warning"):
    return {"source_matchers": ["severity=critical"], "target_matchers": [f"severity={target}"], "equal": equal}


# Name, what the root route adds, what the file adds.
POLICIES = [
    ("grouped", {"group_by": ["cluster"]}, {}),
    ("one by one", {"group_by": ["..."]}, {}),
    ("all together", {}, {}),
    ("inhibited", {"group_by": ["cluster"]}, {"inhibit_rules": [inhibit(["cluster"])]}),
    ("inhibited by a label that is missing", {"group_by": ["..."]}, {"inhibit_rules": [inhibit(["nowhere"])]}),
    ("not inhibited by its like", {"group_by": ["..."]}, {"inhibit_rules": [inhibit(["cluster"], "critical")]}),
    ("silenced", {"group_by": ["cluster"]}, {}),
    ("repeated", {"group_by": ["alertname"], "repeat_interval": "9s"}, {}),
    ("two routes", {"group_by": ["cluster"], "routes": [
        {"matchers": ["severity=critical"], "receiver": "quiet", "continue": True},
        {"match_re": {"alertname": "A|B"}, "group_by": ["severity"], "group_interval": "12s"}]}, {}),
    ("muted and not active", {"group_by": ["cluster"], "routes": [
        {"matchers": ["cluster=x"], "mute_time_intervals": ["always"]},
        {"matchers": ["alertname=A"], "active_time_intervals": ["never"]}]},
     {"time_intervals": [{"name": "always", "time_intervals": [{}]},
                         {"name": "never", "time_intervals": [{"years": ["1990"]}]}]}),
    ("ends are not told", {"group_by": ["cluster"], "receiver": "quiet"}, {}),
    ("looked at less often", {"group_by": ["alertname"], "group_interval": "12s", "repeat_interval": "15s"}, {}),
]


def stamp(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def seconds(text):
    whole, _, fraction = text.rstrip("Z").partition(".")
    moment = datetime.datetime.strptime(whole, "%Y-%m-%dT%H:%M:%S").replace(tzinfo=datetime.timezone.utc)
    return moment.timestamp() + float("0." + (fraction or "0"))


told = []


class Hook(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        at = time.time()
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        told.append((at, self.path, body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *arguments):
        pass


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Run:
    def __init__(self, number, folder, hook):
        self.name, route, rest = POLICIES[number]
        def url(place, **more):
            return {"url": f"http://127.0.0.1:{hook}/{number}/{place}", **more}
        policy = {"global": {"resolve_timeout": RESOLVE}, **rest,
                  "route": {"receiver": "all", "group_wait": WAIT, "group_interval": INTERVAL, "repeat_interval": "1h", **route},
                  "receivers": [{"name": "all", "webhook_configs": [url(0), url(1, send_resolved=False)]},
                                {"name": "quiet", "webhook_configs": [url(0, send_resolved=False)]}]}
        self.number, self.file, self.history, self.late = number, f"{folder}/{number}.yml", [], 0.0
        json.dump(policy, open(self.file, "w"))
        self.origin = f"http://127.0.0.1:{free_port()}"
        self.process = subprocess.Popen(
            ["prometheus-alertmanager", f"--config.file={self.file}", f"--storage.path={folder}/{number}",
             "--cluster.listen-address=", f"--web.listen-address={self.origin[7:]}"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def wait(self):
        for _ in range(600):
            try:
                urllib.request.urlopen(self.origin + "/-/ready", timeout=5)
                status = json.load(urllib.request.urlopen(self.origin + "/api/v2/status", timeout=5))
                # The ticker that removes empty groups runs from here; a silence of no length tells the desk.
                started = status["uptime"]
                none = {"id": "none", "matchers": [{"name": "x", "value": "y"}], "startsAt": started, "endsAt": started}
                self.history.append({"receivedAt": started, "silence": none})
                self.started = seconds(started)
                return
            except OSError:
                time.sleep(0.05)
        sys.exit(f"Alertmanager does not start: {self.name}")

    def post(self, path, body, line):
        self.history.append({"receivedAt": stamp(time.time()), **line})
        request = urllib.request.Request(
            self.origin + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
        urllib.request.urlopen(request, timeout=10).read()


def script():
    """For each step the alerts that come, each with its labels, whether it ends now, and whether its end is given."""
    generator, firing, steps = random.Random(7), set(), []
    for _ in range(STEPS):
        batch = {}
        for _ in range(generator.randint(1, 3)):
            key = (generator.choice("ABC"), generator.choice(["x", "y", ""]), generator.choice(["warning", "critical"]))
            if key in batch:
                continue
            ends = key in firing and generator.random() < 0.6
            (firing.discard if ends else firing.add)(key)
            batch[key] = (ends, generator.random() < 0.5)
        steps.append(batch)
    return steps


def play(run, steps):
    # Empty groups are removed every half minute from the start on: that is to be at 5.
    begin, firing = run.started + 1, {}
    begin += PERIOD * max(0, int((time.time() - begin) / PERIOD) + 1)
    for number, batch in enumerate(steps):
        time.sleep(max(0, begin + PERIOD * number - time.time()))
        now = time.time()
        run.late = max(run.late, now - begin - PERIOD * number)
        posted = []
        for key, (ends, has_end) in batch.items():
            labels = {name: value for name, value in zip(("alertname", "cluster", "severity"), key) if value}
            start, until = firing.get(key, (now, now))
            # What ended by itself begins anew: an old beginning would have its group looked at with the next alerts.
            start = start if now < until else now
            until = now if ends else max(until, now + 1000) if has_end else max(until, now + 10)
            alert = {"labels": labels, "startsAt": stamp(start)}
            if ends or has_end:
                alert["endsAt"] = stamp(until)
            firing[key] = (start, until)
            posted.append(alert)
        if run.name == "silenced" and number in (4, 9):
            silence = {"matchers": [{"name": "cluster", "value": "xy"[number // 9], "isRegex": False, "isEqual": True}],
                       "startsAt": stamp(time.time()), "endsAt": stamp(time.time() + SILENCE), "createdBy": "m", "comment": "c"}
            run.post("/api/v2/silences", silence, {"silence": {**silence, "id": str(number)}})
        run.post("/api/v2/alerts", posted, {"posted": posted})
        if number % 5 == 2:
            # A group of its own that does not wait.
            time.sleep(max(0, begin + PERIOD * number + 1 - time.time()))
            old = [{"labels": {"alertname": f"Old{number}", "cluster": f"old{number}", "severity": f"old{number}"},
                    "startsAt": stamp(time.time() - 60), "endsAt": stamp(time.time() + 1000)}]
            if run.name != "all together":
                run.post("/api/v2/alerts", old, {"posted": old})
    time.sleep(max(0, begin + PERIOD * STEPS + 5 - time.time()))
    run.end = begin + PERIOD * STEPS + 5


def ordered(messages):
    return sorted(messages, key=lambda message: (message[1], message[0]))


def main():
    tocsin = sys.argv[1] if len(sys.argv) > 1 else ".build/release/tocsin"
    if not shutil.which("prometheus-alertmanager"):
        sys.exit("prometheus-alertmanager is not installed")
    hook = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    threading.Thread(target=hook.serve_forever, daemon=True).start()
    folder = tempfile.mkdtemp()
    runs = [Run(number, folder, hook.server_address[1]) for number in range(len(POLICIES))]
    try:
        for run in runs:
            run.wait()
        steps = script()
        players = [threading.Thread(target=play, args=(run, steps)) for run in runs]
        for player in players:
            player.start()
        for player in players:
            player.join()
    finally:
        for run in runs:
            run.process.terminate()
    failed = 0
    for run in runs:
        history, messages = f"{folder}/{run.number}.jsonl", f"{folder}/{run.number}.messages"
        open(history, "w").writelines(json.dumps(line) + "\n" for line in run.history)
        subprocess.run(
            [tocsin, "policy", "replay", history, "--policy", run.file, "--matchers", "classic", "--messages", messages,
             "--quiet"], check=True, stdout=subprocess.DEVNULL)
        ours = ordered(
            (seconds(m["at"]), f"{m['receiver']}/{m['integration']} {m['groupKey']}",
             sorted((a["fingerprint"], "firing" if a["isFiring"] else "resolved") for a in m["alerts"]))
            for m in map(json.loads, open(messages)))
        theirs = ordered(
            (at, f"{body['receiver']}/{path.split('/')[2]} {body['groupKey']}",
             sorted((a["fingerprint"], a["status"]) for a in body["alerts"]))
            for at, path, body in told if path.split("/")[1] == str(run.number))
        ours, theirs = [m for m in ours if m[0] < run.end], [m for m in theirs if m[0] < run.end]
        apart = max((abs(a[0] - b[0]) for a, b in zip(ours, theirs)), default=0)
        same = [m[1:] for m in ours] == [m[1:] for m in theirs] and apart < TOLERANCE and theirs
        failed += not same
        print(f"{'same     ' if same else 'DIFFERENT'} {run.name}: {len(theirs)} messages, at most {apart:.2f} s apart")
        if not same:
            origin = min(m[0] for m in theirs + ours) if theirs + ours else 0
            for index, (theirs_next, ours_next) in enumerate(itertools.zip_longest(theirs, ours)):
                if not theirs_next or not ours_next or theirs_next[1:] != ours_next[1:] or abs(theirs_next[0] - ours_next[0]) >= TOLERANCE:
                    for name, message in (("Alertmanager", theirs_next), ("the desk", ours_next)):
                        print(f"  {name}: " + (f"{message[0] - origin:.2f} s {message[1]} {message[2]}" if message else "nothing"))
                    break
    print(f"{len(runs) - failed} of {len(runs)} policies the same; the sender was at most {max(run.late for run in runs):.2f} s late")
    shutil.rmtree(folder)
    sys.exit(1 if failed else 0)


main()
