"""Ranks one PetShop issue with BARO's robust scorer (package fse-baro), from the same files that Tocsin reads.

usage: baro_petshop_case.py SCENARIO_FOLDER/train/issue_N
"""
import json
import pathlib
import sys

import pandas
from baro.root_cause_analysis import robust_scorer


def read(path):
    table = pandas.read_csv(path, header=[0, 1, 2], index_col=0)
    table.columns = ["_".join(map(str, column)) for column in table.columns]
    return table


issue = pathlib.Path(sys.argv[1])
target = json.loads((issue / "target.json").read_text())["target"]
normal = read(issue.parents[1] / "noissue" / "metrics.csv")
observed = read(issue / "metrics.csv")
observed = observed[observed.index >= target["timestamp"] - 300]
# BARO splits by time: the normal rows are moved before the issue's.
normal.index = range(-len(normal), 0)
observed.index = range(len(observed))
data = pandas.concat([normal, observed]).ffill().fillna(0).rename_axis("time").reset_index()
print("\n".join(robust_scorer(data, inject_time=0)["ranks"][:5]))
