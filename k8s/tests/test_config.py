"""The configuration that pods get is one that the real binaries take, and says what the manifests say."""

import os
import pathlib
import re
import subprocess
import tomllib

import pytest

from manifests import ALL_SITES, PROJECT, component, named, of_kind, rendered, services, workloads

BINARIES = pathlib.Path(os.environ.get("GARNITUR_BINARIES", PROJECT / "target/debug"))


def config_of(objects, template):
    """The text of the configuration file of a pod."""
    volumes = {volume["name"]: volume for volume in template["spec"]["volumes"]}
    data = named(objects, "ConfigMap", volumes["config"]["configMap"]["name"])["data"]
    flag = [item for item in template["spec"]["containers"][0]["args"] if item.startswith("--config=/etc/garnitur/")]
    return data[flag[0].removeprefix("--config=/etc/garnitur/")]


def secrets_of(objects, template):
    """The secrets file of a pod, with something in place of each secret."""
    volumes = {volume["name"]: volume for volume in template["spec"]["volumes"]}
    secret = named(objects, "ExternalSecret", volumes["secrets"]["secret"]["secretName"])
    assert secret["spec"]["target"]["name"] == volumes["secrets"]["secret"]["secretName"]
    text = secret["spec"]["target"]["template"]["data"]["secrets.toml"]
    return re.sub(r"\{\{ \.(\w+) \}\}", "secret-of-32-characters-or-some-more", text)


def environment(objects, template):
    stand = named(objects, "ConfigMap", "stand")["data"]
    return {
        item["name"]: item["value"] if "value" in item else stand[item["valueFrom"]["configMapKeyRef"]["key"]]
        for item in template["spec"]["containers"][0].get("env", [])
    }


def all_pods():
    for stand, site in ALL_SITES:
        objects = rendered(stand, site)
        for item, template in workloads(objects):
            if component(template) != "gate":
                yield pytest.param(objects, item, template, id=f"{stand}/{site}/{component(template)}")


@pytest.mark.parametrize(("objects", "item", "template"), list(all_pods()))
def test_the_binary_takes_its_configuration(objects, item, template, tmp_path):
    """Every key is known, every value fits, nothing is missing: by the program's own word."""
    container = template["spec"]["containers"][0]
    (tmp_path / "config.toml").write_text(config_of(objects, template))
    (tmp_path / "secrets.toml").write_text(secrets_of(objects, template))
    variables = environment(objects, template)
    # `healthcheck` reads all of it and then asks: here where nobody answers.
    for listener in ("INTERNAL", "PROBES"):
        variables[f"GARNITUR_{container['command'][0].upper()}_HTTP__{listener}"] = "127.0.0.1:1"
    done = subprocess.run(
        [
            BINARIES / container["command"][0],
            "healthcheck",
            f"--config={tmp_path / 'config.toml'}",
            f"--config={tmp_path / 'secrets.toml'}",
        ],
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )
    # It gets as far as asking, where nobody answers.
    assert "no answer from 127.0.0.1:1" in done.stderr, done.stderr


def test_the_portal_knows_the_versions_on_trial_by_the_services_that_flagger_makes(site):
    """DEP-2: its client library sends the pilot cohort there, on stands that have versions on trial."""
    _, _, objects = site
    rolled_out = {canary["metadata"]["name"] for canary in of_kind(objects, "Canary")}
    for deployment in services(objects):
        if deployment["metadata"]["name"] == "portal":
            found = environment(objects, deployment["spec"]["template"])
            told = {name: value for name, value in found.items() if "_CANARIES__" in name}
            called = rolled_out & {"backoffice", "catalog", "orders"}
            assert told == {
                f"GARNITUR_PORTAL_CANARIES__{name.upper()}_URLS": f'["https://{name}-canary:8080"]' for name in called
            }


def test_a_pod_has_time_to_drain(site):
    _, _, objects = site
    for deployment in services(objects):
        template = deployment["spec"]["template"]
        http = tomllib.loads(config_of(objects, template))["http"]
        container = template["spec"]["containers"][0]
        stop = container["lifecycle"]["preStop"]["sleep"]["seconds"]
        needed = stop + (http["drain_delay_ms"] + http["drain_deadline_ms"]) / 1000
        assert needed < template["spec"]["terminationGracePeriodSeconds"]
        # A replica that drains is out of the endpoints before its listeners close.
        probe = container["readinessProbe"]
        assert http["drain_delay_ms"] >= 1000 * probe["periodSeconds"]


def test_ports_and_faces_are_those_of_the_configuration(site):
    _, name, objects = site
    for deployment in services(objects):
        template = deployment["spec"]["template"]
        http = tomllib.loads(config_of(objects, template))["http"]
        container = template["spec"]["containers"][0]
        ports = {port["name"]: port["containerPort"] for port in container["ports"]}
        faces = {item.removeprefix("--face=") for item in container["args"] if item.startswith("--face=")}
        own = "staff" if name == "staff" else "edge"
        assert own in faces and faces <= {own, "internal"}
        assert http[own] == f"0.0.0.0:{ports['http']}"
        assert http["internal"] == f"0.0.0.0:{ports['internal']}"
        assert http["probes"] == f"0.0.0.0:{ports['probes']}"
        assert ("staff" if own == "edge" else "edge") not in http


def roles():
    """The roles of each database, from the program that knows them."""
    text = (PROJECT / "deploy/local/src/databases.rs").read_text()
    found = {}
    for block in re.findall(r"Database \{(.*?)\n    \}", text, re.DOTALL):
        name = re.search(r'name: "(\w+)"', block)
        if name:
            owner = re.search(r'owner: "(\w+)"', block)[1]
            found[name[1]] = (owner, re.findall(r'"(\w+)"', re.search(r"roles: &\[(.*?)\]", block)[1]))
    return found


def test_databases_have_the_roles_of_the_faces():
    clusters = of_kind(rendered("prod", "data"), "Cluster")
    declared = {
        item["metadata"]["name"]: (
            item["spec"]["bootstrap"]["initdb"]["owner"],
            [role["name"] for role in item["spec"]["managed"]["roles"]],
        )
        for item in clusters
    }
    assert declared == roles()
    secrets = {item["metadata"]["name"] for item in of_kind(rendered("prod", "data"), "ExternalSecret")}
    for item in clusters:
        for role in item["spec"]["managed"]["roles"]:
            assert role["passwordSecret"]["name"] in secrets
            assert not {"superuser", "createdb", "createrole", "bypassrls"} & set(role)
        assert item["spec"]["bootstrap"]["initdb"]["secret"]["name"] in secrets


def test_each_pod_knows_the_roles_of_its_own_faces_only(site):
    """Servers 1 and 2 have no employee's role and no owner's; only migrations have an owner's (INF-3, INF-7)."""
    _, name, objects = site
    for item, template in workloads(objects):
        if component(template) in ("gate", "storefront", "portal"):
            continue
        urls = tomllib.loads(secrets_of(objects, template))["database"]
        own = "staff" if name == "staff" else "edge"
        assert set(urls) == ({"owner"} if item["kind"] == "Job" else {own, "internal"})
        for face, url in urls.items():
            role, host, database = re.fullmatch(r"postgres://(\w+):[\w-]+@([\w-]+):5432/(\w+)", url).groups()
            owner, others = roles()[database]
            assert role == (owner if face == "owner" else f"{template['spec']['containers'][0]['command'][0]}_{face}")
            assert role in [owner, *others]
            # The name in the address is a Service of the site, and one that the database's certificate bears.
            assert named(objects, "Service", host)["spec"]["type"] == "ExternalName"
            cluster = named(rendered("prod", "data"), "Cluster", database)
            assert host in cluster["spec"]["certificates"]["serverAltDNSNames"]


def test_services_talk_mutual_tls(site):
    """INF-8. Customers' browsers and the gateway have no certificate of ours; everybody else shows one."""
    _, name, objects = site
    for deployment in services(objects):
        template = deployment["spec"]["template"]
        service = deployment["metadata"]["name"]
        tls = tomllib.loads(config_of(objects, template))["tls"]
        assert tls["internal"] == "mutual"
        public = name != "staff" or service == "portal"
        assert tls["staff" if name == "staff" else "edge"] == ("tls" if public else "mutual")
        certificate = named(objects, "Certificate", service)["spec"]
        assert certificate["uris"] == [f"spiffe://garnitur/{service}"]
        # Under every name by which Flagger's Services may be called.
        assert {service, f"{service}-primary", f"{service}-canary"} <= set(certificate["dnsNames"])
        mounts = {item["name"]: item["mountPath"] for item in template["spec"]["containers"][0]["volumeMounts"]}
        volumes = {item["name"]: item for item in template["spec"]["volumes"]}
        assert volumes["tls"]["secret"]["secretName"] == certificate["secretName"]
        assert tls["certificate"] == f"{mounts['tls']}/tls.crt" and tls["key"] == f"{mounts['tls']}/tls.key"
        assert tls["authorities"].startswith(f"{mounts['authorities']}/")


def test_the_gateway_verifies_what_is_behind_it(site):
    _, _, objects = site
    verified = {
        target["name"]: item["spec"]["validation"]["hostname"]
        for item in of_kind(objects, "BackendTLSPolicy")
        for target in item["spec"]["targetRefs"]
    }
    for route in of_kind(objects, "HTTPRoute"):
        for rule in route["spec"]["rules"]:
            assert all(verified[backend["name"]] == backend["name"] for backend in rule["backendRefs"])
    for canary in of_kind(objects, "Canary"):
        if canary["spec"]["service"]["gatewayRefs"][0]["kind"] == "Gateway":
            name = canary["metadata"]["name"]
            assert verified[f"{name}-primary"] == verified[f"{name}-canary"] == name


def test_every_name_that_is_called_is_a_service(site):
    _, _, objects = site
    known = {item["metadata"]["name"] for item in of_kind(objects, "Service")}
    for deployment in services(objects):
        text = config_of(objects, deployment["spec"]["template"])
        for host in re.findall(r"https?://([\w-]+):80\d\d", text):
            assert host in known, f"{deployment['metadata']['name']} calls {host}"


def test_what_the_portal_calls_is_found_by_the_addresses_of_its_pods(site):
    """INF-5: its client library balances, so a name stands for every pod; what a gateway leads to has one address."""
    _, name, objects = site
    pods = {deployment["metadata"]["name"]: deployment["spec"]["template"] for deployment in services(objects)}
    called = set()
    if name == "staff":
        called = set(re.findall(r"https://([\w-]+):80\d\d", config_of(objects, pods["portal"])))
        assert called == {"backoffice", "catalog", "orders"}
    for target, template in pods.items():
        service = named(objects, "Service", target)["spec"]
        assert (service.get("clusterIP") == "None") == (target in called), target
        if target in called:
            # Nobody is there to translate a port, and a pod is told of when it is ready.
            numbers = {port["name"]: port["containerPort"] for port in template["spec"]["containers"][0]["ports"]}
            assert {port["name"]: port["port"] for port in service["ports"]} == numbers
            assert not service.get("publishNotReadyAddresses")
    for canary in of_kind(objects, "Canary"):
        # Without pods one address refuses at once; of a name that has none any more the library would keep the last.
        assert not canary["spec"]["service"].get("headless")


def test_secrets_come_from_the_sites_own_corner_of_the_vault(site):
    stand, name, objects = site
    for item in of_kind(objects, "ExternalSecret"):
        for source in item["spec"]["dataFrom"]:
            assert source["extract"]["key"].startswith(f"{stand}/{'staff' if name == 'staff' else 'edge'}/")
