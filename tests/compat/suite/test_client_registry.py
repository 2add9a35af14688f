# SPDX-License-Identifier: Apache-2.0
"""The public MLflow client's model registry calls against both servers."""
import warnings

import pytest
from mlflow.exceptions import MlflowException

pytestmark = pytest.mark.servers("sql")


@pytest.fixture
def model(client, unique):
    client.create_registered_model(unique, tags={"a": "1"}, description="text")
    return unique


def test_models(client, model):
    read = client.get_registered_model(model)
    assert (read.name, read.description, read.tags, read.aliases) == (model, "text", {"a": "1"}, {})
    client.update_registered_model(model, "new")
    client.set_registered_model_tag(model, "b", "2")
    client.delete_registered_model_tag(model, "a")
    client.rename_registered_model(model, model + "-new")
    read = client.get_registered_model(model + "-new")
    assert (read.description, read.tags) == ("new", {"b": "2"})
    with pytest.raises(MlflowException, match="RESOURCE_ALREADY_EXISTS"):
        client.create_registered_model(model + "-new")
    client.delete_registered_model(model + "-new")
    with pytest.raises(MlflowException, match="not found"):
        client.get_registered_model(model + "-new")


def test_versions(client, model, experiment):
    run_id = client.create_run(experiment).info.run_id
    first = client.create_model_version(model, "s3://bucket/1", run_id=run_id, tags={"a": "1"}, description="one")
    second = client.create_model_version(model, "s3://bucket/2")
    assert (int(first.version), int(second.version)) == (1, 2)
    read = client.get_model_version(model, "1")
    assert (read.source, read.run_id, read.tags, read.description, read.status) == ("s3://bucket/1", run_id, {"a": "1"}, "one", "READY")
    assert client.get_model_version_download_uri(model, "2") == "s3://bucket/2"
    client.update_model_version(model, "1", "changed")
    client.set_model_version_tag(model, "1", "b", "2")
    client.delete_model_version_tag(model, "1", "a")
    read = client.get_model_version(model, "1")
    assert (read.description, read.tags) == ("changed", {"b": "2"})
    client.delete_model_version(model, "1")
    with pytest.raises(MlflowException, match="not found"):
        client.get_model_version(model, "1")
    assert [int(v.version) for v in client.search_model_versions(f"name = '{model}'")] == [2]


def test_stages(client, model):
    for n in range(3):
        client.create_model_version(model, f"s3://bucket/{n}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        client.transition_model_version_stage(model, "1", "Production")
        client.transition_model_version_stage(model, "2", "Staging")
        client.transition_model_version_stage(model, "3", "Production", archive_existing_versions=True)
        latest = {v.current_stage: int(v.version) for v in client.get_latest_versions(model)}
        assert latest == {"Archived": 1, "Staging": 2, "Production": 3}
        assert [int(v.version) for v in client.get_latest_versions(model, ["Staging"])] == [2]
        with pytest.raises(MlflowException, match="Invalid Model Version stage"):
            client.transition_model_version_stage(model, "1", "nope")


def test_aliases(client, model):
    for n in range(2):
        client.create_model_version(model, f"s3://bucket/{n}")
    client.set_registered_model_alias(model, "champion", "1")
    client.set_registered_model_alias(model, "champion", "2")
    client.set_registered_model_alias(model, "other", "2")
    assert int(client.get_model_version_by_alias(model, "champion").version) == 2
    assert sorted(client.get_model_version(model, "2").aliases) == ["champion", "other"]
    assert {k: int(v) for k, v in client.get_registered_model(model).aliases.items()} == {"champion": 2, "other": 2}
    client.delete_registered_model_alias(model, "champion")
    with pytest.raises(MlflowException, match="alias champion not found"):
        client.get_model_version_by_alias(model, "champion")


def test_search(client, unique):
    for n in range(5):
        client.create_registered_model(f"{unique}-{n}", tags={"n": str(n)})
        client.create_model_version(f"{unique}-{n}", f"s3://bucket/{n}", tags={"v": str(n)})
    mine = f"name LIKE '{unique}-%'"
    page = client.search_registered_models(mine, max_results=3, order_by=["name DESC"])
    assert [m.name[-1] for m in page] == ["4", "3", "2"] and page.token
    rest = client.search_registered_models(mine, max_results=3, order_by=["name DESC"], page_token=page.token)
    assert [m.name[-1] for m in rest] == ["1", "0"]
    assert [m.name[-1] for m in client.search_registered_models(f"{mine} AND tags.n = '3'")] == ["3"]
    assert [v.name[-1] for v in client.search_model_versions(f"{mine} AND tags.v = '1'")] == ["1"]
    assert len(client.search_model_versions(mine, max_results=100)) == 5


def test_prompts(client, unique):
    import mlflow

    mlflow.genai.register_prompt(name=unique, template="Hello {{name}}", commit_message="first", tags={"a": "1"})
    mlflow.genai.register_prompt(name=unique, template="Hi {{name}}")
    mlflow.genai.set_prompt_alias(unique, alias="best", version=2)
    loaded = mlflow.genai.load_prompt(f"prompts:/{unique}@best")
    assert (loaded.version, loaded.template, loaded.format(name="you")) == (2, "Hi {{name}}", "Hi you")
    assert mlflow.genai.load_prompt(f"prompts:/{unique}/1").template == "Hello {{name}}"
    assert [m.name for m in client.search_registered_models(f"name = '{unique}'")] == []
    assert [p.name for p in mlflow.genai.search_prompts(f"name = '{unique}'")] == [unique]
