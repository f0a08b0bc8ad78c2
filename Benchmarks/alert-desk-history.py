#!/usr/bin/env python3
"""Writes a month of alerts as JSON Lines, as they were posted to Alertmanager's API, and the policy for them.

usage: alert-desk-history.py ALERTS FOLDER     writes FOLDER/month.jsonl and FOLDER/policy.yml

20,000 alerts of 200 teams, each in a group of its own, take turns: with ten million in all each is repeated every 86 minutes,
for three days on average, and ends. So many standing groups are more than most have; what is sent again each minute by fewer
alerts costs less.
"""
import datetime, random, sys

count, folder = int(sys.argv[1]), sys.argv[2]
ACTIVE, TEAMS, MONTH = 20_000, 200, 30 * 86_400
generator = random.Random(1)
origin = datetime.datetime(2026, 10, 1, tzinfo=datetime.timezone.utc)


def stamp(seconds):
    return (origin + datetime.timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


with open(folder + "/policy.yml", "w") as policy:
    policy.write("route:\n  receiver: all\n  group_by: [alertname, cluster]\n  routes:\n")
    for team in range(TEAMS):
        policy.write(f"  - {{matchers: [team=team{team}, severity=~\"critical|warning\"], receiver: team}}\n")
    policy.write("receivers: [{name: all}, {name: team}]\n")

began = [None] * ACTIVE
with open(folder + "/month.jsonl", "w") as history:
    for number in range(count):
        now = MONTH * number / count
        alert = number % ACTIVE
        ends = began[alert] is not None and generator.random() < 0.02
        if began[alert] is None:
            began[alert] = now
        end = f',"endsAt":"{stamp(now)}"' if ends else f',"endsAt":"{stamp(now + 10_800)}"'
        history.write(
            f'{{"receivedAt":"{stamp(now)}","posted":[{{"labels":{{"alertname":"Alert{alert % 97}","team":"team{alert % TEAMS}",'
            f'"instance":"10.1.{alert // 256 % 256}.{alert % 256}:9100","cluster":"eu-{alert % 7}",'
            f'"severity":"{"critical" if alert % 20 == 0 else "warning"}","id":"{alert}"}},'
            f'"startsAt":"{stamp(began[alert])}"{end}}}]}}\n')
        if ends:
            began[alert] = None
