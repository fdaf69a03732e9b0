"""The example for Kubernetes: its objects fit together, and its commands are ones that are there."""

from pathlib import Path

import click
import pytest
import yaml

from talkdex.ingest.cli import main as talkdex

pytest.importorskip("distributed", reason="the cluster needs the extra cluster")
from distributed.cli.dask_scheduler import main as dask_scheduler
from distributed.cli.dask_worker import main as dask_worker

FOLDER = Path(__file__).parents[1] / "deploy" / "dask-kubernetes"
OBJECTS = [one for file in sorted(FOLDER.glob("*.yaml")) for one in yaml.safe_load_all(file.read_text())]
COMMANDS = {
    ("talkdex", "build"): talkdex.commands["build"],
    ("dask", "scheduler"): dask_scheduler,
    ("dask", "worker"): dask_worker,
}


def named(kind: str) -> dict[str, dict]:
    return {one["metadata"]["name"]: one for one in OBJECTS if one["kind"] == kind}


def pods() -> dict[str, dict]:
    """The pod templates by the names of what makes them."""
    made = {name: one["spec"] for name, one in named("Deployment").items()}
    made |= {name: one["spec"]["jobTemplate"]["spec"] for name, one in named("CronJob").items()}
    return {name: spec["template"] for name, spec in made.items()}


def containers() -> list[dict]:
    return [container for pod in pods().values() for container in pod["spec"]["containers"]]


def test_there_are_a_scheduler_workers_and_a_build():
    assert set(pods()) == {"scheduler", "worker", "build"}


@pytest.mark.parametrize("container", containers(), ids=lambda container: container["name"])
def test_commands_and_their_options_are_there(container):
    program, command, *arguments = container["command"]
    with COMMANDS[program, command].make_context(command, [str(argument) for argument in arguments]) as context:
        assert isinstance(context, click.Context)


def test_workers_and_builds_ask_the_service_of_the_scheduler():
    service = named("Service")["scheduler"]
    (port,) = service["spec"]["ports"]
    addresses = [argument for one in containers() for argument in one["command"] if argument.startswith("tcp://")]
    assert addresses == [f"tcp://scheduler:{port['port']}"] * 2
    scheduler = pods()["scheduler"]
    assert service["spec"]["selector"].items() <= scheduler["metadata"]["labels"].items()
    (listening,) = scheduler["spec"]["containers"][0]["ports"]
    assert (listening["name"], listening["containerPort"]) == (port["targetPort"], port["port"])


def test_selectors_choose_the_pods_of_their_deployment_alone():
    for name, deployment in named("Deployment").items():
        wanted = deployment["spec"]["selector"]["matchLabels"].items()
        assert [other for other, pod in pods().items() if wanted <= pod["metadata"]["labels"].items()] == [name]


def test_nobody_but_these_pods_reaches_the_scheduler():
    (policy,) = named("NetworkPolicy").values()
    (rule,) = policy["spec"]["ingress"]
    allowed = [sender["podSelector"]["matchLabels"] for sender in rule["from"]]
    assert allowed == [policy["spec"]["podSelector"]["matchLabels"]]
    for pod in pods().values():
        assert allowed[0].items() <= pod["metadata"]["labels"].items()


def test_all_run_one_image_and_may_write_to_their_volumes_alone():
    assert {container["image"] for container in containers()} == {"talkdex-cluster"}
    assert "docker build -t talkdex-cluster deploy/dask-kubernetes" in (FOLDER / "Dockerfile").read_text()
    for pod in pods().values():
        volumes = {volume["name"] for volume in pod["spec"]["volumes"]}
        for container in pod["spec"]["containers"]:
            assert {mount["name"] for mount in container["volumeMounts"]} == volumes
            assert container["securityContext"]["readOnlyRootFilesystem"]
            assert container["securityContext"]["runAsNonRoot"]


@pytest.mark.parametrize("one", OBJECTS, ids=lambda one: f"{one['kind']} {one['metadata']['name']}")
def test_objects_are_what_kubernetes_takes(one):
    schemas = pytest.importorskip(
        "kubernetes_validate", reason="needs: pip install kubernetes-validate (23 MB of schemas)"
    )
    schemas.validate(one, schemas.latest_version(), strict=True)
