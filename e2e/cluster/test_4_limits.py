"""What namespaces refuse, and that nothing of ours is refused."""

import json
import subprocess

import pytest

from control_plane import eventually


def test_a_privileged_pod_is_refused(cluster):
    """By Pod Security admission, in every namespace of ours."""
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "intruder"},
        "spec": {"containers": [{"name": "a", "image": "a", "securityContext": {"privileged": True}}]},
    }
    for namespace in ("prod-edge-1", "prod-edge-2", "prod-staff", "prod-db-orders"):
        with pytest.raises(subprocess.CalledProcessError) as refused:
            cluster.plane.kubectl("create", "-n", namespace, "-f", "-", text=json.dumps(pod))
        assert "violates PodSecurity" in refused.value.stderr


def test_more_than_the_quota_is_refused(cluster):
    pod = json.loads(json.dumps(cluster.plane.get("deployment", "catalog-primary", "prod-edge-1")["spec"]["template"]))
    pod |= {"apiVersion": "v1", "kind": "Pod"}
    pod["metadata"] = {"name": "glutton"}
    for container in pod["spec"]["containers"]:
        container["resources"] = {"requests": {"cpu": "100", "memory": "1Gi"}, "limits": {"memory": "1Gi"}}
    with pytest.raises(subprocess.CalledProcessError) as refused:
        cluster.plane.kubectl("create", "-n", "prod-edge-1", "-f", "-", text=json.dumps(pod))
    assert "exceeded quota" in refused.value.stderr


def test_nothing_of_ours_was_refused(cluster):
    """In all the scenarios before: neither quotas nor Pod Security held a pod back, and every pod found its place."""
    ours = ("prod-", "ift-")
    refused = [
        (event["metadata"]["namespace"], event["involvedObject"]["name"], event["message"])
        for event in cluster.plane.get("events", everywhere=True)
        if event["metadata"]["namespace"].startswith(ours)
        and event["reason"] in ("FailedCreate", "FailedScheduling")
        # Two pods that were counted at once: one of them is tried again.
        and "the object has been modified" not in event["message"]
    ]
    assert not refused

    def settled():
        pods = [pod for pod in cluster.plane.get("pods", everywhere=True) if pod["metadata"]["namespace"].startswith(ours)]
        return pods and all(pod["status"]["phase"] in ("Running", "Succeeded") for pod in pods)

    eventually("every pod runs", settled)
