#!/usr/bin/env python3
"""Does the alert desk tell the same as a running Alertmanager?

Starts one Alertmanager for each of twelve policies (timers of seconds), posts the same alerts to all of them for half a minute, and
replays what was posted with `tocsin policy replay --messages`. For each policy the same receivers, groups and alerts must be
told in the same order, at the same time within TOLERANCE seconds.

usage: alert-desk-parity.py [TOCSIN]     needs prometheus-alertmanager (Debian's package) on the PATH
"""
import datetime, http.server, json, random, shutil, socket, subprocess, sys, tempfile, threading, time, urllib.request

TOLERANCE = 0.9
STEPS = 14
# No sum of these comes near another one for as long as the script lasts, so that what is due never races with what comes in.
STEP, WAIT, INTERVAL, RESOLVE, SILENCE = 2.28, "2600ms", "4800ms", "4400ms", 9.0


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
    ("repeated", {"group_by": ["alertname"], "repeat_interval": "7s"}, {}),
    ("two routes", {"group_by": ["cluster"], "routes": [
        {"matchers": ["severity=critical"], "receiver": "quiet", "continue": True},
        {"match_re": {"alertname": "A|B"}, "group_by": ["severity"], "group_wait": "2700ms"}]}, {}),
    ("muted and not active", {"group_by": ["cluster"], "routes": [
        {"matchers": ["cluster=x"], "mute_time_intervals": ["always"]},
        {"matchers": ["alertname=A"], "active_time_intervals": ["never"]}]},
     {"time_intervals": [{"name": "always", "time_intervals": [{}]},
                         {"name": "never", "time_intervals": [{"years": ["1990"]}]}]}),
    ("ends are not told", {"group_by": ["cluster"], "receiver": "quiet"}, {}),
    ("without a wait", {"group_by": ["alertname"], "group_wait": "0s"}, {}),
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
        self.number, self.file, self.history = number, f"{folder}/{number}.yml", []
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
                return
            except OSError:
                time.sleep(0.05)
        sys.exit(f"Alertmanager does not start: {self.name}")

    def post(self, path, body, line):
        self.history.append({"receivedAt": stamp(time.time()), **line})
        request = urllib.request.Request(
            self.origin + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
        urllib.request.urlopen(request, timeout=10).read()


def alerts(generator, firing):
    batch, now = {}, time.time()
    for _ in range(generator.randint(1, 3)):
        key = (generator.choice("ABC"), generator.choice(["x", "y", ""]), generator.choice(["warning", "critical"]))
        labels = {name: value for name, value in zip(("alertname", "cluster", "severity"), key) if value}
        if key in batch:
            continue
        if key in firing and generator.random() < 0.6:
            batch[key] = {"labels": labels, "startsAt": stamp(firing.pop(key)), "endsAt": stamp(now)}
            continue
        firing.setdefault(key, now - 60 if generator.random() < 0.15 else now)
        batch[key] = {"labels": labels, "startsAt": stamp(firing[key])}
        if generator.random() < 0.5:
            batch[key]["endsAt"] = stamp(now + 90)
    return list(batch.values())


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
        generator, firing, begin, late = random.Random(7), {}, time.monotonic() + 1, 0.0
        for step in range(STEPS):
            time.sleep(max(0, begin + STEP * step - time.monotonic()))
            late = max(late, time.monotonic() - begin - STEP * step)
            batch = alerts(generator, firing)
            for run in runs:
                if run.name == "silenced" and step in (4, 9):
                    silence = {"matchers": [{"name": "cluster", "value": "xy"[step // 9], "isRegex": False, "isEqual": True}],
                               "startsAt": stamp(time.time()), "endsAt": stamp(time.time() + SILENCE), "createdBy": "m", "comment": "c"}
                    run.post("/api/v2/silences", silence, {"silence": {**silence, "id": str(step)}})
                run.post("/api/v2/alerts", batch, {"posted": batch})
        time.sleep(max(0, begin + STEP * STEPS + 3 - time.monotonic()))
        end = time.time() - 0.75
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
        ours, theirs = [m for m in ours if m[0] < end], [m for m in theirs if m[0] < end]
        apart = max((abs(a[0] - b[0]) for a, b in zip(ours, theirs)), default=0)
        same = [m[1:] for m in ours] == [m[1:] for m in theirs] and apart < TOLERANCE and theirs
        failed += not same
        print(f"{'same     ' if same else 'DIFFERENT'} {run.name}: {len(theirs)} messages, at most {apart:.2f} s apart")
        if not same:
            for name, side, other in (("Alertmanager alone", theirs, ours), ("the desk alone", ours, theirs)):
                for message in side:
                    if message[1:] not in [m[1:] for m in other]:
                        print(f"  {name}: {message[0] - theirs[0][0] if theirs else 0:.2f} s {message[1]} {message[2]}")
    print(f"{len(runs) - failed} of {len(runs)} policies the same; the sender was at most {late:.2f} s late")
    shutil.rmtree(folder)
    sys.exit(1 if failed else 0)


main()
