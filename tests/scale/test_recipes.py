"""Recipes of the documentation: what the one for Kubernetes asks of a cluster fits its schema.

There is no cluster here. Without the package dask-kubernetes, which makes the pods, and
kubernetes-validate, which has the schema, nothing can be said, and the test is left out.
"""

import ast
import re
from pathlib import Path

import pytest

TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorials" / "scale.md"


def recipe() -> dict[str, object]:
    """Return the arguments of the cluster in the documentation."""
    blocks = re.findall(r"```python\n(.*?)```", TUTORIAL.read_text(encoding="utf-8"), re.DOTALL)
    (block,) = (block for block in blocks if "KubeCluster(" in block)
    calls = [node for node in ast.walk(ast.parse(block)) if isinstance(node, ast.Call)]
    (call,) = (node for node in calls if ast.unparse(node.func) == "KubeCluster")
    return {str(word.arg): ast.literal_eval(word.value) for word in call.keywords}


def test_the_pods_of_the_recipe_for_kubernetes_fit_its_schema() -> None:
    operator = pytest.importorskip("dask_kubernetes.operator", reason="needs dask-kubernetes")
    schema = pytest.importorskip("kubernetes_validate", reason="needs kubernetes-validate")
    spec = operator.make_cluster_spec(**recipe())["spec"]
    parts = [("Pod", spec["worker"]["spec"]), ("Pod", spec["scheduler"]["spec"]),
             ("Service", spec["scheduler"]["service"])]  # fmt: skip
    version = schema.latest_version()
    for kind, part in parts:
        whole = {"apiVersion": "v1", "kind": kind, "metadata": {"name": "framing"}, "spec": part}
        schema.validate(whole, version, strict=True)
        with pytest.raises(schema.ValidationError):
            schema.validate({**whole, "spec": {**part, "replicas": 1}}, version, strict=True)
    worker = spec["worker"]["spec"]["containers"][0]
    assert worker["image"] == "registry/framing:1"
    assert worker["args"][:3] == ["dask-worker", "--nthreads", "1"]
