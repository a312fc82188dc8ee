"""Alerts: promtool reads each rule and runs its test; no alert is without one."""

import pathlib
import re
import subprocess

import pytest
import yaml

from manifests import STANDS, TREE, named, of_kind, parts, rendered

TESTS = TREE / "tests/alerts"


@pytest.fixture(scope="module")
def rules(tmp_path_factory):
    """The rules as Prometheus reads them, beside their tests."""
    folder = tmp_path_factory.mktemp("alerts")
    groups = named(rendered("prod", "staff"), "PrometheusRule", "garnitur")["spec"]
    (folder / "rules.yaml").write_text(yaml.safe_dump(groups))
    for path in TESTS.glob("*.yaml"):
        (folder / path.name).write_text(path.read_text())
    return folder


def promtool(*arguments, folder):
    return subprocess.run(["promtool", *arguments], cwd=folder, capture_output=True, text=True, check=False)


def alerts():
    groups = named(rendered("prod", "staff"), "PrometheusRule", "garnitur")["spec"]["groups"]
    return {rule["alert"] for group in groups for rule in group["rules"]}


def test_prometheus_takes_the_rules(rules):
    done = promtool("check", "rules", "rules.yaml", folder=rules)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_fires_when_it_should_and_not_before(rules):
    done = promtool("test", "rules", *sorted(path.name for path in rules.glob("*.test.yaml")), folder=rules)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_is_tested_firing_and_silent():
    fires, silent = set(), set()
    for path in TESTS.glob("*.test.yaml"):
        for case in yaml.safe_load(path.read_text())["tests"]:
            for check in case["alert_rule_test"]:
                (fires if check.get("exp_alerts") else silent).add(check["alertname"])
    assert fires == alerts()
    assert silent == alerts()


@pytest.mark.parametrize("stand", STANDS)
def test_every_stand_has_the_alerts_once(stand):
    found = [item for part in parts(stand) for item in of_kind(rendered(stand, part), "PrometheusRule")]
    assert len(found) == 1


def test_metrics_of_ours_are_ones_that_the_code_writes():
    """A name that no program writes would be an alert, or a gate, that says nothing for ever."""
    objects = rendered("prod", "staff") + rendered("prod", "edge-1")
    text = "\n".join(
        [rule["expr"] for item in of_kind(objects, "PrometheusRule") for group in item["spec"]["groups"] for rule in group["rules"]]
        + [item["spec"]["query"] for item in of_kind(objects, "MetricTemplate")]
    )
    ours = set(re.findall(r"\b(?:http|orders|stock|reconciliation|audit|events)_\w+", text))
    project = pathlib.Path(TREE.parent)
    code = "\n".join(
        path.read_text() for top in ("services", "shared") for path in (project / top).rglob("src/**/*.rs")
    )
    missing = {name for name in ours if f'"{re.sub("_(count|bucket|sum)$", "", name)}"' not in code}
    assert not missing


GATES = {
    # (query, series, what it says)
    "healthy": ("error-share", "edge-1", {'status="200", pod="catalog-5d-x1"': "0+995x20", 'status="503", pod="catalog-5d-x1"': "0+5x20"}, 0.5),
    "no failures": ("error-share", "edge-1", {'status="200", pod="catalog-5d-x1"': "0+100x20"}, 0.0),
    "only the primary is asked": ("error-share", "edge-1", {'status="503", pod="catalog-primary-5d-x1"': "0+5x20"}, None),
    "no data": ("error-share", "edge-1", {}, None),
    "no data, of employees": ("error-share", "staff", {}, 0.0),
    "failing, of employees": ("error-share", "staff", {'status="200", pod="catalog-5d-x1"': "0+50x20", 'status="503", pod="catalog-5d-x1"': "0+50x20"}, 50.0),
    "slow, no data, of employees": ("slow-answers", "staff", {}, 0.0),
}


@pytest.mark.parametrize("name", GATES)
def test_what_gates_measure(name, tmp_path):
    """Flagger's queries, evaluated by Prometheus itself: the canary's pods, not the primary's; and what no data says."""
    template, site, series, expected = GATES[name]
    query = named(rendered("prod", site), "MetricTemplate", template)["spec"]["query"]
    for key, value in (("namespace", "prod"), ("target", "catalog"), ("interval", "1m")):
        query = query.replace("{{ %s }}" % key, value)
    test = {
        "evaluation_interval": "15s",
        "tests": [
            {
                "interval": "15s",
                "input_series": [
                    {"series": f'http_request_duration_seconds_count{{namespace="prod", {labels}}}', "values": values}
                    for labels, values in series.items()
                ],
                "promql_expr_test": [
                    {
                        "expr": query,
                        "eval_time": "4m",
                        "exp_samples": [] if expected is None else [{"labels": "{}", "value": expected}],
                    }
                ],
            }
        ],
    }
    (tmp_path / "gate.yaml").write_text(yaml.safe_dump(test))
    done = promtool("test", "rules", "gate.yaml", folder=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
