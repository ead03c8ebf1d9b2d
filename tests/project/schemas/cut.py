"""Cuts Kubernetes' strict JSON schemas to the kinds of examples/kubernetes and to what these refer to.

Run as: python3 cut.py DIRECTORY > kubernetes-1.36.json, where DIRECTORY is `v1.36.0-local-strict` of kubernetes-validate.
Descriptions are left out; nothing else is changed.
"""

import json
import pathlib
import sys

KINDS = {
    "Job": "job-batch-v1",
    "CronJob": "cronjob-batch-v1",
    "ConfigMap": "configmap-v1",
    "PersistentVolumeClaim": "persistentvolumeclaim-v1",
}
source = pathlib.Path(sys.argv[1])
everything = json.loads((source / "_definitions.json").read_text())["$defs"]
kept = {}


def cut(schema):
    if isinstance(schema, list):
        return [cut(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    schema = {key: value for key, value in schema.items() if key != "description" or not isinstance(value, str)}
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        schema["$ref"] = f"#/$defs/{name}"
        if name not in kept:
            kept[name] = None
            kept[name] = cut(everything[name])
    return {key: cut(value) for key, value in schema.items()}


kinds = {kind: cut(json.loads((source / f"{file}.json").read_text())) for kind, file in KINDS.items()}
for schema in kinds.values():
    schema.pop("$schema", None)
    schema.pop("$id", None)
json.dump({"kinds": kinds, "$defs": dict(sorted(kept.items()))}, sys.stdout, separators=(",", ":"))
print()
