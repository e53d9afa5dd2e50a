"""What the shipped dashboard asks, and whether it is one that Grafana can show."""

import itertools
import json
import pathlib
import re

FILE = pathlib.Path(__file__).parents[3] / "collector" / "monitoring" / "flatline-dashboard.json"
OLDEST_SCHEMA = 39  # Grafana 10.4's; later ones take it forward by themselves.


def read():
    return json.loads(FILE.read_text())


def expressions(dashboard, variables):
    """(panel's title, expression) of each query, with the variables' values put in."""
    for panel in dashboard["panels"]:
        for target in panel.get("targets", []):
            yield panel["title"], filled(target["expr"], variables)


def filled(expression, variables):
    """The longest names first: `$label` is the beginning of `$labels`."""
    for name in sorted(variables, key=len, reverse=True):
        expression = expression.replace(f"${name}", variables[name])
    return expression


def choices(dashboard, variables):
    """(variable's name, series that it takes its choices from, label) of each variable."""
    for variable in dashboard["templating"]["list"]:
        if variable["type"] == "query":
            series, label = re.fullmatch(r"label_values\((.*), (\w+)\)",
                                         variable["query"]["query"]).groups()
            yield variable["name"], filled(series, variables), label


def overlap(one, other):
    a, b = one["gridPos"], other["gridPos"]
    return (a["x"] < b["x"] + b["w"] and b["x"] < a["x"] + a["w"]
            and a["y"] < b["y"] + b["h"] and b["y"] < a["y"] + a["h"])


def faults(dashboard):
    panels = dashboard["panels"]
    if dashboard["schemaVersion"] < OLDEST_SCHEMA:
        yield f"its schema is {dashboard['schemaVersion']}"
    if len({panel["id"] for panel in panels}) != len(panels):
        yield "two panels have one id"
    for one, other in itertools.combinations(panels, 2):
        if overlap(one, other):
            yield f"'{one['title']}' and '{other['title']}' overlap"
    names = {variable["name"] for variable in dashboard["templating"]["list"]}
    for panel in panels:
        targets = panel.get("targets", [])
        if panel["gridPos"]["x"] + panel["gridPos"]["w"] > 24:
            yield f"'{panel['title']}' is wider than the page"
        if len({target["refId"] for target in targets}) != len(targets):
            yield f"'{panel['title']}' has two queries of one name"
        for variable in re.findall(r"\$\{?(\w+)", json.dumps(panel)):
            if variable not in names | {"__rate_interval"}:
                yield f"'{panel['title']}' wants ${variable}, which is no variable"
