"""Ranks the components of recorded cases with BARO's robust scorer (package fse-baro), and scores them as Tocsin is scored.

usage: baro_cases.py DATASET_FOLDER

Reads metrics.csv(.gz), case.yaml, topology.yaml and truth.yaml of each case in Tocsin's own format. BARO is given the time
of the alert, as Tocsin is, and no symptom. A component's rank is that of its first metric; a copy counts as its service.
Cases in which nothing is wrong are left out: BARO always names something.
"""
import pathlib
import re
import sys
from datetime import datetime

import pandas
from baro.root_cause_analysis import robust_scorer


def field(text, name):
    found = re.search(rf"^{name}:\s*\"?([^\"\n]+?)\"?\s*$", text, re.MULTILINE)
    return found.group(1) if found else None


def moment(text):
    date, _, fraction = text.rstrip("Z").partition(".")
    return datetime.fromisoformat(date + "+00:00").timestamp() + float("0." + (fraction or "0"))


def services(case):
    """The service of each copy, by the topology."""
    rows = re.findall(r"\{id: \"?([^,\"}]+)\"?,[^}]*instanceOf: \"?([^,\"}]+)", (case / "topology.yaml").read_text())
    return dict(rows)


def rank(case, truth):
    accepted = {field(truth, "component")}
    also = re.search(r"^alsoAccept: \[(.*)\]", truth, re.MULTILINE)
    accepted |= {name.strip(' "') for name in also.group(1).split(",")} if also else set()
    copies = services(case)
    accepted |= {copies[name] for name in accepted if name in copies}
    table = pandas.read_csv(next(case.glob("metrics.csv*")))
    begin = field((case / "case.yaml").read_text(), "alertedAt")
    if begin is None:
        return None
    ranks = robust_scorer(table.ffill().fillna(0), inject_time=moment(begin))["ranks"]
    order = list(dict.fromkeys(copies.get(name.split("|")[0], name.split("|")[0]) for name in ranks))
    places = [place for place, name in enumerate(order, 1) if name in accepted]
    return places[0] if places else None


ranks = {}
for truth in sorted(pathlib.Path(sys.argv[1]).rglob("truth.yaml")):
    text = truth.read_text()
    if field(text, "component"):
        ranks[truth.parent.name] = rank(truth.parent, text)
count = max(len(ranks), 1)
share = lambda within: sum(1 for place in ranks.values() if place and place <= within) / count
print(f"fse-baro: {len(ranks)} cases, top-1 {share(1):.3f}, top-3 {share(3):.3f}, "
      f"avg@5 {sum(map(share, range(1, 6))) / 5:.3f}")
missed = [f"{name} ({place or 'not named'})" for name, place in ranks.items() if place != 1]
print("not first: " + (", ".join(missed) or "–"))
