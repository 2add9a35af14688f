# SPDX-License-Identifier: Apache-2.0
"""What single plugins need beyond what millrace_adapt does for all: those that MLflow's document names, each up to the version
that was tried. Applied to the object that an entry point names, in this process, when it is loaded."""
import functools
import importlib.metadata
import posixpath

import millrace_adapt as adapt
import millrace_host as host


def adapt_object(plugin, path, thing):
    name, newest, function = KNOWN.get(path, (None, None, None))
    if name != plugin:
        return
    from packaging.version import Version

    if Version(importlib.metadata.version(plugin)) <= Version(newest):
        function(plugin, thing)


# ---- aliyunstoreplugin ----


def aliyun(plugin, repository):
    """Its listing is the first hundred names, and it does not delete."""
    bucket_of = repository._get_oss_bucket

    @functools.wraps(bucket_of)
    def get_bucket(self, name):
        bucket = bucket_of(self, name)
        self.oss_bucket.__dict__.setdefault("list_objects", all_pages(self.oss_bucket.list_objects))
        return bucket

    def delete_artifacts(self, artifact_path=None):
        bucket, root = self.parse_oss_uri(self.artifact_uri)
        target = posixpath.join(root, artifact_path or "").strip("/")
        if not target:
            raise host.HostError("INVALID_PARAMETER_VALUE", f"this would delete everything in the bucket {bucket}")
        self._get_oss_bucket(bucket)
        names = [o.key for o in self.oss_bucket.list_objects(prefix=target + "/").object_list]
        for name in [*names, target]:
            self.oss_bucket.delete_object(name)

    repository._get_oss_bucket, repository.delete_artifacts = get_bucket, delete_artifacts
    adapt.note("list_artifacts reads all pages of a listing, not the first alone", plugin)
    adapt.note("delete_artifacts is made of the client's own: the plugin has none", plugin)


def all_pages(list_objects):
    def whole(prefix="", delimiter="", **rest):
        got = list_objects(prefix=prefix, delimiter=delimiter, max_keys=1000, **rest)
        while got.is_truncated:
            more = list_objects(prefix=prefix, delimiter=delimiter, max_keys=1000, **{**rest, "marker": got.next_marker})
            more.object_list[:0], more.prefix_list[:0] = got.object_list, got.prefix_list
            got = more
        return got

    return whole


# ---- mlflow-jfrog-plugin ----


class QuotingRequests:
    """In the place of the module `requests`: the plugin's URLs are made of names as they are."""

    SUFFIX = "?list&deep=0&depth=1&listFolders=1"  # of a listing, which is no name

    def __init__(self, real):
        self.real = real

    def __getattr__(self, name):
        real = getattr(self.real, name)
        if name not in ("get", "put", "delete"):
            return real
        return lambda url, *args, **kwargs: real(self.quoted(url), *args, **kwargs)

    def quoted(self, url):
        from urllib.parse import quote

        path = url.removesuffix(self.SUFFIX)
        scheme, _, rest = path.partition("://")
        return f"{scheme}://" + quote(rest, safe="/:@[]") + url[len(path):]


def jfrog(plugin, repository):
    """It quotes no name in a URL, and finds its repository's name anywhere in one."""
    module = importlib.import_module(repository.__module__)
    module.requests = QuotingRequests(module.requests)
    list_artifacts = repository.list_artifacts

    @functools.wraps(list_artifacts)
    def listed(self, path=None):
        found = list_artifacts(self, path)
        for info in found:
            name = posixpath.basename(info.path)
            info._path = posixpath.join(path, name) if path else name
        return found

    repository.list_artifacts = listed
    adapt.note("names of artifacts are quoted in URLs", plugin)
    adapt.note("what list_artifacts gives is put below the folder that was asked for", plugin)


KNOWN = {  # an entry point's object -> its distribution, the newest version that was tried, what adapts it
    "aliyunstoreplugin.store.artifact.aliyun_oss_artifact_repo:AliyunOssArtifactRepository": ("aliyunstoreplugin", "1.0.0", aliyun),
    "plugin.artifactory_repository:JFrogArtifactoryRepository": ("mlflow-jfrog-plugin", "1.0.2", jfrog),
}
