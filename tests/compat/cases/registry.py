# SPDX-License-Identifier: Apache-2.0
"""Registered models, their versions, aliases, tags and stages."""
from harness.cases import case, delete, get, patch, post, step

from .common import CREATE_MODEL, CREATE_VERSION, LONG, NOT_STRINGS, ODD_STRINGS, RUN, SOME_ODD, T, each

READ = get("registered-models/get", name="${u}")
READ_VERSION = get("model-versions/get", name="${u}", version="1")
VERSIONS = ("1", "2", "0", "-1", "x", "", "1.0", "01", " 1", "99999999999999999999", "latest", "ü")
MODEL = (CREATE_MODEL, CREATE_VERSION)
LATEST = "registered-models/get-latest-versions"


def version(source="s3://bucket/path", **more):
    return post("model-versions/create", {"name": "${u}", "source": source, **more})


def stage(to, number="1", **more):
    return post("model-versions/transition-stage", {"name": "${u}", "version": number, "stage": to, **more})


def alias(name, number="1"):
    return post("registered-models/alias", {"name": "${u}", "alias": name, "version": number})


SOURCES = (
    "s3://bucket/path", "s3://bucket/path/", "s3://bucket/../path", "s3://bucket/%2e%2e/path", "s3://bucket/a/./b", "s3://bucket/a//b", "gs://b/x", "dbfs:/x", "dbfs:/../x",
    "/tmp/x", "tmp/x", "./x", "../x", "file:///tmp/x", "file:/tmp/x", "file://localhost/tmp/x", "file:tmp/x", "FILE:///tmp/x", "ftp://h/x", "http://h/x", "https://h/x",
    "hdfs://h/x", "sftp://h/x", "r2://h/x", "abfss://c@h/x", "wasbs://c@h/x", "mlflow-artifacts:/x", "mlflow-artifacts://h/x", "mlflow-artifacts:/../x", "runs:/abc/model",
    "runs:/abc", "models:/m/1", "models:/nope/1", "models:/m@alias", "models:/m-" + "0" * 32, "models:/", "models:x", "models://h/m/1", "unknown://x/y", "://x", "s3:", "s3:/x",
    "s3://bucket/a#b", "s3://bucket/a?b=c", "s3://bucket/a?b=../c", "s3://bucket/ü", "s3://bucket/a b", "dummy-source", "prompt-template", " ", "C:/x", "\\\\host\\x", "x" * 501, "s3://b/" + "x" * 500,
)

CASES = [
    case("create", CREATE_MODEL, READ),
    case("create-all", post("registered-models/create", {"name": "${u}", "description": "text", "tags": [{"key": "a", "value": "1"}, {"key": "b", "value": ""}],
                                                         "deployment_job_id": "job"}), READ),
    case("create-twice", CREATE_MODEL, CREATE_MODEL, post("registered-models/create", {"name": "${u}", "tags": [{"key": "mlflow.prompt.is_prompt", "value": "true"}]})),
    case("create-names", each("o", [v for v in ODD_STRINGS if v.strip()], lambda v, n: (post("registered-models/create", {"name": "reg " + v}),
                                                                                 get("registered-models/get", name="reg " + v))),
         each("p", (" ", "/", ":", ".", "..", "a/b", "a:b", "./a", "a/", LONG[250], LONG[256], LONG[257], LONG[500]), lambda v, n: post("registered-models/create", {"name": v}))),
    case("create-bad", post("registered-models/create", {}), post("registered-models/create", {"name": ""}), each("t", NOT_STRINGS, lambda v, n: (
        post("registered-models/create", {"name": v}), post("registered-models/create", {"name": "${u}" + n, "description": v}))),
         each("g", ("x", 5, {}, [5], [{}], [{"key": ""}], [{"value": "x"}], [{"key": "a"}], [{"key": 5, "value": "x"}], None, [{"key": LONG[250], "value": "x"}],
                    [{"key": LONG[251], "value": "x"}], [{"key": "a$", "value": "x"}], [{"key": "a", "value": "v" * 5001}], [{"key": "a", "value": "1"}, {"key": "a", "value": "2"}]),
              lambda v, n: post("registered-models/create", {"name": "${u}-tags-" + n, "tags": v})),
         post("registered-models/create", {"name": "${u}-long", "description": "d" * 5001})),
    case("tag-100000", post("registered-models/create", {"name": "${u}-a", "tags": [{"key": "a", "value": "v" * 100000}]}).but(compare="status"),
         post("registered-models/create", {"name": "${u}-b", "tags": [{"key": "a", "value": "v" * 100001}]}), stored=False),
    case("get-bad", get("registered-models/get"), get("registered-models/get", name=""), get("registered-models/get", name="no such"), get("registered-models/get", name="a/b"),
         get("registered-models/get", name="ü"), get("registered-models/get", name=" "), post("registered-models/get", {"name": "x"})),
    case("update", CREATE_MODEL, patch("registered-models/update", {"name": "${u}", "description": "new"}), READ, patch("registered-models/update", {"name": "${u}"}), READ,
         patch("registered-models/update", {"name": "${u}", "description": ""}), READ, patch("registered-models/update", {"name": "${u}", "deployment_job_id": "j"}), READ,
         patch("registered-models/update", {}), patch("registered-models/update", {"name": "no such", "description": "x"}),
         each("t", NOT_STRINGS, lambda v, n: patch("registered-models/update", {"name": "${u}", "description": v})), READ, post("registered-models/update", {"name": "${u}"})),
    case("rename", MODEL, post("registered-models/set-tag", {"name": "${u}", "key": "a", "value": "1"}), alias("champion"),
         post("registered-models/rename", {"name": "${u}", "new_name": "${u}-new"}), READ, get("registered-models/get", name="${u}-new"),
         get("model-versions/get", name="${u}-new", version="1"), post("registered-models/rename", {"name": "${u}-new", "new_name": "${u}-new"}), CREATE_MODEL,
         post("registered-models/rename", {"name": "${u}", "new_name": "${u}-new"}), post("registered-models/rename", {}), post("registered-models/rename", {"name": "${u}"}),
         post("registered-models/rename", {"name": "${u}", "new_name": ""}), post("registered-models/rename", {"name": "no such", "new_name": "x"}),
         post("registered-models/rename", {"name": "${u}", "new_name": "a/b"}), post("registered-models/rename", {"name": "${u}", "new_name": LONG[257]}),
         post("registered-models/rename", {"name": "${u}", "new_name": 5})),
    case("delete", MODEL, alias("champion"), post("registered-models/set-tag", {"name": "${u}", "key": "a", "value": "1"}), delete("registered-models/delete", {"name": "${u}"}), READ,
         READ_VERSION, delete("registered-models/delete", {"name": "${u}"}), delete("registered-models/delete", {}), delete("registered-models/delete"),
         step("DELETE", "registered-models/delete", query={"name": "x"}), CREATE_MODEL, CREATE_VERSION, READ),
    case("tags", CREATE_MODEL, post("registered-models/set-tag", {"name": "${u}", "key": "a", "value": "1"}), post("registered-models/set-tag", {"name": "${u}", "key": "a", "value": "2"}),
         post("registered-models/set-tag", {"name": "${u}", "key": "b"}), post("registered-models/set-tag", {"name": "${u}", "key": "c", "value": ""}), READ,
         delete("registered-models/delete-tag", {"name": "${u}", "key": "a"}), delete("registered-models/delete-tag", {"name": "${u}", "key": "a"}), READ,
         delete("registered-models/delete-tag", {"name": "no such", "key": "a"}), delete("registered-models/delete-tag", {"name": "${u}"}), delete("registered-models/delete-tag", {"key": "a"}),
         each("o", [*SOME_ODD, LONG[250], LONG[251], *NOT_STRINGS], lambda v, n: post("registered-models/set-tag", {"name": "${u}", "key": v, "value": "x"})),
         each("v", [*NOT_STRINGS, "v" * 5000, "v" * 5001, "v" * 8001], lambda v, n: post("registered-models/set-tag", {"name": "${u}", "key": n, "value": v})), READ,
         post("registered-models/set-tag", {}), post("registered-models/set-tag", {"name": "no such", "key": "a", "value": "x"}), post("registered-models/set-tag", {"name": "a/b", "key": "a", "value": "x"})),
    case("version", MODEL, READ_VERSION, CREATE_VERSION, READ, get("model-versions/get", name="${u}", version="2"), get("model-versions/get-download-uri", name="${u}", version="2")),
    case("version-all", RUN, CREATE_MODEL, version(run_id="${run}", run_link="http://x/y", description="text", tags=[{"key": "a", "value": "1"}, {"key": "b", "value": ""}]), READ_VERSION, READ),
    case("version-bad", CREATE_MODEL, post("model-versions/create", {}), post("model-versions/create", {"name": "${u}"}), post("model-versions/create", {"source": "s3://b/x"}),
         post("model-versions/create", {"name": "no such", "source": "s3://b/x"}), post("model-versions/create", {"name": "a/b", "source": "s3://b/x"}), version(""),
         each("t", NOT_STRINGS, lambda v, n: (version(v), version(run_id=v), version(description=v), version(run_link=v), version(model_id=v))), version(run_id="nope"), version(model_id="m-nope"),
         each("g", ("x", 5, [5], [{}], [{"key": ""}], [{"value": "x"}], [{"key": "a"}], [{"key": LONG[251], "value": "x"}], [{"key": "a", "value": "1"}, {"key": "a", "value": "2"}], None),
              lambda v, n: version(tags=v)), version(description="d" * 5001), version(run_link="l" * 501), version(run_id="r" * 33)),
    case("version-sources", RUN, CREATE_MODEL, each("s", SOURCES, lambda v, n: (version(v), version(v, run_id="${run}")))),
    case("version-lineage", RUN, CREATE_MODEL, post("logged-models", {"experiment_id": "${exp}", "name": "lm", "source_run_id": "${run}"}, save={"model": "model.info.model_id"}),
         version("runs:/${run}/model", run_id="${run}"), version("runs:/${run}/model"), version("runs:/${run}", run_id="${run}"), version("runs:/${run}/../x", run_id="${run}"),
         version("runs:/other/model", run_id="${run}"), version("mlflow-artifacts:/${exp}/${run}/artifacts/model", run_id="${run}"),
         version("mlflow-artifacts:/${exp}/${run}/artifacts", run_id="${run}"), version("mlflow-artifacts:/${exp}/${run}/artifacts/../x", run_id="${run}"),
         version("mlflow-artifacts:/${exp}/${run}/artifacts/%2e%2e/x", run_id="${run}"), version("mlflow-artifacts:/${exp}/${run}/artifacts/%252e%252e/x", run_id="${run}"),
         version("mlflow-artifacts:/${exp}/${run}/artifactsX", run_id="${run}"), version("mlflow-artifacts:/${exp}/other/artifacts/model", run_id="${run}"),
         version("mlflow-artifacts:/${exp}/${run}/artifacts/model"), version("models:/${model}", model_id="${model}"), version("models:/${model}"), version("models:/${model}", run_id="${run}"),
         version("models:/${model}/x", model_id="${model}"), version("models:/${model}", model_id="m-other"), version("mlflow-artifacts:/${exp}/models/${model}/artifacts", model_id="${model}"),
         version("models:/${u}/1"), version("models:/${u}/1", run_id="${run}"), version("models:/${u}/1", run_id="other"), version("models:/${u}/99"), version("models:/${u}/latest"), version("models:/${u}@champion"),
         alias("champion"), version("models:/${u}@champion"), version("models:/${u}/1/x"), version("models:/${u}/Production"), version("models:/no such/1"), READ),
    case("version-of-deleted-run", RUN, CREATE_MODEL, post("runs/delete", {"run_id": "${run}"}), version("runs:/${run}/model", run_id="${run}"), READ),
    case("version-get-bad", MODEL, each("v", VERSIONS, lambda v, n: (get("model-versions/get", name="${u}", version=v), get("model-versions/get-download-uri", name="${u}", version=v))),
         get("model-versions/get"), get("model-versions/get", name="${u}"), get("model-versions/get", version="1"), get("model-versions/get", name="no such", version="1"),
         get("model-versions/get-download-uri"), get("model-versions/get-download-uri", name="no such", version="1")),
    case("version-update", MODEL, patch("model-versions/update", {"name": "${u}", "version": "1", "description": "new"}), READ_VERSION,
         patch("model-versions/update", {"name": "${u}", "version": "1"}), READ_VERSION, patch("model-versions/update", {"name": "${u}", "version": "1", "description": ""}), READ,
         each("v", [*VERSIONS[1:], 1, None, []], lambda v, n: patch("model-versions/update", {"name": "${u}", "version": v, "description": "x"})), patch("model-versions/update", {}),
         each("t", NOT_STRINGS, lambda v, n: patch("model-versions/update", {"name": "${u}", "version": "1", "description": v}))),
    case("version-delete", MODEL, CREATE_VERSION, alias("champion"), post("model-versions/set-tag", {"name": "${u}", "version": "1", "key": "a", "value": "x"}),
         delete("model-versions/delete", {"name": "${u}", "version": "1"}), READ, READ_VERSION, delete("model-versions/delete", {"name": "${u}", "version": "1"}),
         get("registered-models/alias", name="${u}", alias="champion"), CREATE_VERSION, READ, delete("model-versions/delete", {"name": "${u}", "version": "3"}), CREATE_VERSION, READ,
         each("v", [*VERSIONS[2:], 1, None, []], lambda v, n: delete("model-versions/delete", {"name": "${u}", "version": v})), delete("model-versions/delete", {})),
    case("version-tags", MODEL, post("model-versions/set-tag", {"name": "${u}", "version": "1", "key": "a", "value": "1"}),
         post("model-versions/set-tag", {"name": "${u}", "version": "1", "key": "a", "value": "2"}), post("model-versions/set-tag", {"name": "${u}", "version": "1", "key": "b"}), READ_VERSION,
         delete("model-versions/delete-tag", {"name": "${u}", "version": "1", "key": "a"}), delete("model-versions/delete-tag", {"name": "${u}", "version": "1", "key": "a"}), READ_VERSION,
         each("v", [*VERSIONS[1:], 1], lambda v, n: (post("model-versions/set-tag", {"name": "${u}", "version": v, "key": "a", "value": "x"}),
                                                    delete("model-versions/delete-tag", {"name": "${u}", "version": v, "key": "a"}))),
         each("o", [*SOME_ODD, LONG[250], LONG[251], *NOT_STRINGS], lambda v, n: post("model-versions/set-tag", {"name": "${u}", "version": "1", "key": v, "value": "x"})),
         each("w", [*NOT_STRINGS, "v" * 5001, "v" * 100000], lambda v, n: post("model-versions/set-tag", {"name": "${u}", "version": "1", "key": n, "value": v})), READ_VERSION,
         post("model-versions/set-tag", {"name": "${u}", "version": "1", "key": "long", "value": "v" * 100001}), post("model-versions/set-tag", {}), stored=False),
    case("stages", MODEL, CREATE_VERSION, CREATE_VERSION, stage("Staging"), stage("Production", "2"), stage("staging", "3"), READ, stage("Production", "3", archive_existing_versions=True), READ,
         stage("Archived"), stage("None"), stage("none", "2"), READ, each("s", ("foo", "", "PRODUCTION", "archived", "Deleted_Internal", " Staging", 5, None, []), lambda v, n: stage(v)),
         each("v", [*VERSIONS[2:], 1], lambda v, n: stage("Staging", v)), each("a", (False, "true", "x", 1, None, []), lambda v, n: stage("Staging", archive_existing_versions=v)),
         stage("Archived", archive_existing_versions=True), stage("None", archive_existing_versions=True), post("model-versions/transition-stage", {}), READ),
    case("latest-versions", MODEL, CREATE_VERSION, CREATE_VERSION, stage("Staging"), stage("Production", "2"), get(LATEST, name="${u}"), post(LATEST, {"name": "${u}"}), get(LATEST, name="${u}", stages="Staging"),
         get(LATEST, name="${u}", stages=["Staging", "Production"]), post(LATEST, {"name": "${u}", "stages": ["production", "None"]}), get(LATEST, name="${u}", stages="foo"), get(LATEST, name="no such"),
         get(LATEST), post(LATEST, {}), each("s", ("x", 5, [5], [], None, [""]), lambda v, n: post(LATEST, {"name": "${u}", "stages": v}))),
    case("aliases", MODEL, CREATE_VERSION, alias("champion"), alias("other"), alias("champion", "2"), READ, READ_VERSION, get("registered-models/alias", name="${u}", alias="champion"),
         delete("registered-models/alias", {"name": "${u}", "alias": "champion"}), delete("registered-models/alias", {"name": "${u}", "alias": "champion"}),
         get("registered-models/alias", name="${u}", alias="champion"), READ, get("registered-models/alias", name="no such", alias="x"), get("registered-models/alias", name="${u}"), get("registered-models/alias"),
         delete("registered-models/alias", {"name": "no such", "alias": "x"}), delete("registered-models/alias", {}), post("registered-models/alias", {}),
         get("registered-models/alias", name="${u}", alias="latest"), get("registered-models/alias", name="${u}", alias="v1"), get("registered-models/alias", name="${u}", alias="a b")),
    case("alias-names", MODEL, each("o", [*ODD_STRINGS, "latest", "LATEST", "v1", "V12", "v1a", "1", LONG[255], LONG[256], *NOT_STRINGS], lambda v, n: alias(v)),
         each("v", [*VERSIONS[1:], 1, None], lambda v, n: alias("ok", v)), READ,
         each("d", ["latest", "v1", "a b", "", 5], lambda v, n: delete("registered-models/alias", {"name": "${u}", "alias": v}))),
    case("prompt", post("registered-models/create", {"name": "${u}", "tags": [{"key": "mlflow.prompt.is_prompt", "value": "true"}]}), READ,
         version("dummy-source", tags=[{"key": "mlflow.prompt.is_prompt", "value": "true"}, {"key": "mlflow.prompt.text", "value": "Hi {{name}}"}]), READ_VERSION, READ,
         version("s3://x", tags=[{"key": "mlflow.prompt.is_prompt", "value": "true"}]), version("prompt-template", tags=[{"key": "mlflow.prompt.is_prompt", "value": "True"}]),
         version("s3://x", tags=[{"key": "mlflow.prompt.is_prompt", "value": "false"}]), version("models:/${u}/1"),
         post("model-versions/set-tag", {"name": "${u}", "version": "1", "key": "mlflow.prompt.text", "value": "v" * 100001}), alias("production"), get("registered-models/alias", name="${u}", alias="production")),
    case("metrics-of-version", RUN, CREATE_MODEL, post("logged-models", {"experiment_id": "${exp}", "name": "lm", "params": [{"key": "p", "value": "1"}]}, save={"model": "model.info.model_id"}),
         post("runs/log-metric", {"run_id": "${run}", "key": "m", "value": 1, "timestamp": T, "model_id": "${model}"}), version("models:/${model}", model_id="${model}"), READ_VERSION, READ),
]
