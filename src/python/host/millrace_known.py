# SPDX-License-Identifier: Apache-2.0
"""What single plugins need beyond what millrace_adapt does for all: those that MLflow's document names, each up to the version
that was tried. Applied to the object that an entry point names, in this process, when it is loaded."""
import importlib
import importlib.metadata

KNOWN = {  # an entry point's object -> its distribution, the newest version that was tried, what adapts it
    "aliyunstoreplugin.store.artifact.aliyun_oss_artifact_repo:AliyunOssArtifactRepository": ("aliyunstoreplugin", "1.0.0", "artifacts.aliyun"),
    "plugin.artifactory_repository:JFrogArtifactoryRepository": ("mlflow-jfrog-plugin", "1.0.2", "artifacts.jfrog"),
    "dbstoreplugin.store.artifact:DBArtifactRepository": ("mlflow-dbstore", "1.0.1", "artifacts.dbstore"),
    "oci_mlflow.oci_object_storage:OCIObjectStorageArtifactRepository": ("oci-mlflow", "1.0.3", "artifacts.oci"),
    "mlflow_elasticsearchstore.elasticsearch_store:ElasticsearchStore": ("mlflow-elasticsearchstore", "0.1.2", "stores.elasticsearch"),
    "mlflow_yarn.yarn_backend:yarn_backend_builder": ("mlflow-yarn", "0.0.1", "projects.yarn"),
    "mlflow_torchserve": ("mlflow-torchserve", "0.1.0", "deployments.torchserve"),
}


def adapt_object(plugin, path, thing):
    name, newest, how = KNOWN.get(path, (None, None, None))
    if name != plugin:
        return
    from packaging.version import Version

    if Version(importlib.metadata.version(plugin)) <= Version(newest):
        module, function = how.split(".")
        getattr(importlib.import_module(f"millrace_known_{module}"), function)(plugin, thing)
