"""A real control plane on this machine: etcd, kube-apiserver, controller manager, scheduler, Flagger; kwok for nodes
and pods. All of it listens on 127.0.0.1 and is gone when the test ends."""

import contextlib
import json
import os
import pathlib
import secrets
import shutil
import signal
import socket
import subprocess
import time
import urllib.request

TOOLS = pathlib.Path(os.environ["CONTROL_PLANE"])
MODULES = pathlib.Path(__file__).resolve().parent / "tools/control-plane"
# How kwok plays nodes and pods: at once, and Jobs succeed.
STAGES = ("node/fast/node-initialize.yaml", "node/heartbeat-with-lease/node-*.yaml", "pod/fast/pod-*.yaml")


def free_port():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]


def eventually(what, check, limit=120, every=0.3):
    """Waits until `check` returns something true, and returns it; what it raises counts as not yet."""
    end, last = time.monotonic() + limit, None
    while time.monotonic() < end:
        try:
            found = check()
            if found:
                return found
            last = found
        except (AssertionError, LookupError, OSError, subprocess.CalledProcessError) as error:
            last = error
        time.sleep(every)
    raise AssertionError(f"{what}: not within {limit} s; last: {last}")


class ControlPlane:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.processes = []
        self.kubeconfig = self.folder / "kubeconfig"

    def run(self, name, *arguments, environment=None):
        log = (self.folder / f"{pathlib.Path(name).name}.log").open("wb")
        program = shutil.which(name, path=f"{TOOLS}:{os.environ['PATH']}:/usr/sbin:/sbin")
        assert program, f"{name} is not there"
        process = subprocess.Popen(
            [program, *map(str, arguments)],
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(environment or {})},
            cwd=self.folder,
        )
        self.processes.append((name, process))
        return process

    def start(self):
        etcd, peer, api = free_port(), free_port(), free_port()
        self.run(
            "etcd",
            f"--data-dir={self.folder}/etcd",
            f"--listen-client-urls=http://127.0.0.1:{etcd}",
            f"--advertise-client-urls=http://127.0.0.1:{etcd}",
            f"--listen-peer-urls=http://127.0.0.1:{peer}",
            f"--initial-advertise-peer-urls=http://127.0.0.1:{peer}",
            f"--initial-cluster=default=http://127.0.0.1:{peer}",
            "--unsafe-no-fsync",
            environment={"ETCD_UNSUPPORTED_ARCH": os.uname().machine},
        )
        key, token = self.folder / "accounts.key", secrets.token_hex(16)
        subprocess.run(["openssl", "genrsa", "-out", key, "2048"], check=True, capture_output=True)
        (self.folder / "tokens.csv").write_text(f"{token},admin,admin,system:masters\n")
        self.run(
            "kube-apiserver",
            f"--etcd-servers=http://127.0.0.1:{etcd}",
            "--bind-address=127.0.0.1",
            "--advertise-address=127.0.0.1",
            f"--secure-port={api}",
            f"--cert-dir={self.folder}/certificates",
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--service-account-key-file={key}",
            f"--service-account-signing-key-file={key}",
            f"--token-auth-file={self.folder}/tokens.csv",
            "--authorization-mode=RBAC",
            # Otherwise it refuses privileged pods before Pod Security admission is asked.
            "--allow-privileged=true",
            "--service-cluster-ip-range=10.96.0.0/16",
            "--endpoint-reconciler-type=none",
        )
        self.kubeconfig.write_text(
            json.dumps(
                {
                    "apiVersion": "v1",
                    "kind": "Config",
                    "clusters": [
                        {
                            "name": "test",
                            "cluster": {"server": f"https://127.0.0.1:{api}", "insecure-skip-tls-verify": True},
                        }
                    ],
                    "users": [{"name": "admin", "user": {"token": token}}],
                    "contexts": [{"name": "test", "context": {"cluster": "test", "user": "admin"}}],
                    "current-context": "test",
                }
            )
        )
        self.answers("kube-apiserver", lambda: self.kubectl("get", "--raw", "/readyz") == "ok")
        self.run(
            "kube-controller-manager",
            f"--kubeconfig={self.kubeconfig}",
            "--leader-elect=false",
            f"--service-account-private-key-file={key}",
            f"--root-ca-file={self.folder}/certificates/apiserver.crt",
            # There is nobody to ask for metrics, so sizes are as the minimum says.
            "--horizontal-pod-autoscaler-sync-period=3s",
            "--secure-port=0",
        )
        self.run("kube-scheduler", f"--kubeconfig={self.kubeconfig}", "--leader-elect=false", "--secure-port=0")
        self.nodes()

    def nodes(self):
        """Three nodes in two zones, whose kubelets are kwok."""
        module = subprocess.run(
            ["go", "list", "-m", "-f", "{{.Dir}}", "sigs.k8s.io/kwok"],
            cwd=MODULES,
            capture_output=True,
            text=True,
            check=True,
        )
        folder = pathlib.Path(module.stdout.strip()) / "kustomize/stage"
        stages = [path for pattern in STAGES for path in sorted(folder.glob(pattern))]
        (self.folder / "stages.yaml").write_text("\n---\n".join(path.read_text() for path in stages))
        self.run(
            "kwok",
            f"--kubeconfig={self.kubeconfig}",
            f"--config={self.folder}/stages.yaml",
            "--manage-all-nodes=true",
            "--node-lease-duration-seconds=40",
            f"--server-address=127.0.0.1:{free_port()}",
        )
        for number in range(3):
            name = f"node-{number}"
            resources = {"cpu": "64", "memory": "256Gi", "pods": "500"}
            self.apply(
                [
                    {
                        "apiVersion": "v1",
                        "kind": "Node",
                        "metadata": {
                            "name": name,
                            "labels": {
                                "kubernetes.io/hostname": name,
                                "topology.kubernetes.io/zone": f"zone-{number % 2}",
                            },
                        },
                        "status": {"allocatable": resources, "capacity": resources},
                    }
                ]
            )

    def flagger(self, proxy):
        port = free_port()
        self.run(
            "flagger",
            f"-kubeconfig={self.kubeconfig}",
            "-mesh-provider=gatewayapi:v1",
            # As in the manifests; the proxy knows who that is.
            "-metrics-server=http://prometheus.monitoring.svc:9090",
            f"-port={port}",
            "-control-loop-interval=1s",
            "-log-level=debug",
            environment={"HTTP_PROXY": proxy, "NO_PROXY": "127.0.0.1,localhost"},
        )
        self.answers("flagger", lambda: urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz").status == 200)

    def answers(self, name, check):
        """Waits for a process of ours, and no longer than it lives."""

        def there():
            if name in self.ended():
                return True
            with contextlib.suppress(OSError, subprocess.CalledProcessError):
                return check()

        eventually(f"{name} answers", there)
        assert name not in self.ended(), (self.folder / f"{name}.log").read_text()[-2000:]

    def kubectl(self, *arguments, text=None):
        done = subprocess.run(
            [TOOLS / "kubectl", f"--kubeconfig={self.kubeconfig}", *arguments],
            input=text,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise subprocess.CalledProcessError(done.returncode, arguments, done.stdout, done.stderr)
        return done.stdout

    def apply(self, objects):
        return self.kubectl(
            "apply", "--server-side", "--force-conflicts", "-f", "-", text="\n---\n".join(map(json.dumps, objects))
        )

    def get(self, kind, name=None, namespace=None, **more):
        arguments = ["get", kind, "-o", "json"]
        arguments += [name] if name else []
        arguments += ["-n", namespace] if namespace else ["-A"] if more.pop("everywhere", False) else []
        answer = json.loads(self.kubectl(*arguments))
        return answer if name else answer["items"]

    def ended(self):
        return {name: process.poll() for name, process in self.processes if process.poll() is not None}

    def stop(self):
        for _, process in reversed(self.processes):
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
        for _, process in self.processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
