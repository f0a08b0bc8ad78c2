#!/usr/bin/env python3
"""drain3 at its defaults over the lines of a file, one by one, as its own examples do; prints the number of clusters.

usage: drain3_lines.py FILE
"""
import sys

from drain3 import TemplateMiner
from drain3.template_miner_config import TemplateMinerConfig

config = TemplateMinerConfig()
config.profiling_enabled = False
miner = TemplateMiner(config=config)
with open(sys.argv[1], encoding="utf-8", errors="replace") as file:
    for line in file:
        miner.add_log_message(line.rstrip("\n"))
print(len(miner.drain.clusters))
