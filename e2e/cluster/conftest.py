import os
import pathlib
import sys

import pytest
import yaml

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from answers import Answers  # noqa: E402
from control_plane import ControlPlane, free_port  # noqa: E402
from rollouts import Rollouts  # noqa: E402
from stands import Tree, permissive  # noqa: E402

import schemas  # noqa: E402  (of k8s/tests, by way of stands)


@pytest.fixture(scope="session")
def cluster(tmp_path_factory):
    """The control plane with the definitions, Flagger, the gate of production, and what answers for Prometheus."""
    folder = tmp_path_factory.mktemp("cluster")
    plane = ControlPlane(folder)
    answers = None
    try:
        plane.start()
        kinds = [*definitions(), *permissive()]
        plane.apply(kinds)
        names = [f"crd/{item['metadata']['name']}" for item in kinds]
        plane.kubectl("wait", "--for=condition=Established", "--timeout=60s", *names)
        proxy, gate = free_port(), free_port()
        # With the rights that the manifests give the gate, and no others.
        gate_is = "--as=system:serviceaccount:prod-staff:gate"
        plane.run("kubectl", f"--kubeconfig={plane.kubeconfig}", gate_is, "proxy", f"--port={proxy}")
        plane.run(
            os.environ["GARNITUR_GATE"],
            f"--listen=127.0.0.1:{gate}",
            "--stand=prod",
            f"--api=http://127.0.0.1:{proxy}",
        )
        answers = Answers(lambda stand: f"http://127.0.0.1:{gate}/" if stand == "prod" else "")
        plane.flagger(answers.url)
        yield Rollouts(plane, answers, Tree(folder))
        assert not plane.ended(), "something ended by itself"
    finally:
        if answers:
            answers.close()
        plane.stop()


def definitions():
    for module, pattern in schemas.MODULES.items():
        for path in sorted(pathlib.Path(schemas.folder(module)).glob(pattern)):
            for item in yaml.safe_load_all(path.read_text()):
                if item and item["kind"] == "CustomResourceDefinition":
                    yield item

