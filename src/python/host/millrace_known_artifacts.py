# SPDX-License-Identifier: Apache-2.0
"""What the artifact repositories of single plugins need; see millrace_known.py."""
import functools
import importlib
import posixpath

import millrace_adapt as adapt
import millrace_host as host

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


# ---- mlflow-dbstore ----


def dbstore(plugin, repository):
    """It was written for SQL Server and SQLAlchemy 1. Of its table it finds no file of the root folder, lists whole trees, with
    every version of a file, and does not delete."""
    import types

    import sqlalchemy
    from mlflow.entities import FileInfo

    module = importlib.import_module("dbstoreplugin.store.artifact.db_artifact_repo")
    artifact = module.SqlArtifact
    _type_of_content(artifact, sqlalchemy)
    # One pool of connections for a database, not one for each run's folder.
    engine = functools.cache(functools.partial(sqlalchemy.create_engine, pool_pre_ping=True))
    module.sqlalchemy = types.SimpleNamespace(create_engine=engine, inspect=sqlalchemy.inspect, orm=importlib.import_module("sqlalchemy.orm"))
    init = repository.__init__

    @functools.wraps(init)
    def construct(self, artifact_uri):
        start, uri = artifact_uri.partition("+")[::2]
        other = start == "mssql" and uri.partition(":")[0].partition("+")[0] in ("postgresql", "mysql", "mariadb", "oracle")
        init(self, uri if other else artifact_uri)

    def below(self, path):
        """The root folder of a path, and the condition of the rows that are in it."""
        folder = posixpath.normpath(posixpath.join(self.root, path or ""))
        inside = folder.rstrip("/") + "/"
        return folder, artifact.group_path.startswith(inside, autoescape=True) | (artifact.group_path == folder)

    def newest(self, group, name):
        return (artifact.group_path == group) & (artifact.artifact_name == name)

    def list_artifacts(self, path=None):
        _, rows = below(self, path)
        columns = (artifact.group_path, artifact.artifact_name, artifact.artifact_initial_size)
        found = {}
        with self.ManagedSessionMaker() as session:
            for group, name, size in session.query(*columns).filter(rows).order_by(artifact.artifact_id):
                full = posixpath.relpath(posixpath.join(group, name), self.root)
                first, slash, _ = posixpath.relpath(full, path or ".").partition("/")
                entry = posixpath.join(path or "", first)
                found[entry] = FileInfo(entry, bool(slash), None if slash else size)
        return [found[name] for name in sorted(found)]

    def _download_file(self, remote_file_path, local_path):
        group, name = posixpath.split(posixpath.normpath(posixpath.join(self.root, remote_file_path)))
        with self.ManagedSessionMaker() as session:
            row = session.query(artifact.artifact_content).filter(newest(self, group, name)).order_by(artifact.artifact_id.desc()).first()
        if row is None:
            raise host.HostError("RESOURCE_DOES_NOT_EXIST", f"there is no artifact '{remote_file_path}'")
        with open(local_path, "wb") as out:
            out.write(row[0])

    def delete_artifacts(self, artifact_path=None):
        folder, rows = below(self, artifact_path)
        group, name = posixpath.split(folder)
        if artifact_path:
            rows = rows | newest(self, group, name)
        with self.ManagedSessionMaker() as session:
            session.query(artifact).filter(rows).delete(synchronize_session=False)

    repository.__init__ = construct
    repository.list_artifacts, repository._download_file, repository.delete_artifacts = list_artifacts, _download_file, delete_artifacts
    adapt.note("mssql+DIALECT:// is any database that SQLAlchemy has a dialect and a driver for", plugin)
    adapt.note("list_artifacts and _download_file find files of the root folder, and the newest version of each", plugin)
    adapt.note("delete_artifacts deletes the rows of its table: the plugin has none", plugin)


def _type_of_content(artifact, sqlalchemy):
    """VARBINARY without a length is a type of SQL Server's alone."""
    from sqlalchemy.dialects import mysql, oracle, postgresql

    column = artifact.__table__.c.artifact_content
    column.type = (sqlalchemy.VARBINARY().with_variant(postgresql.BYTEA(), "postgresql")
                   .with_variant(mysql.LONGBLOB(), "mysql", "mariadb").with_variant(oracle.BLOB(), "oracle"))


# ---- oci-mlflow ----


def oci(plugin, repository):
    """Its listings come from a cache that knows nothing of what is uploaded, names are taken for patterns, and it deletes what is
    directly in a folder only."""
    from mlflow.entities import FileInfo

    get_fs = repository.get_fs

    @functools.wraps(get_fs)
    def fresh(self):
        fs = get_fs(self)
        fs.invalidate_cache()
        return fs

    module = importlib.import_module(repository.__module__)
    parse = module.parse_os_uri

    def parse_os_uri(uri):
        bucket, namespace, _ = parse(uri)
        return bucket, namespace, uri.split("/", 3)[3] if uri.count("/") > 2 else ""

    def place_of(self, path):
        return posixpath.join(self.artifact_uri, path) if path else self.artifact_uri

    def list_artifacts(self, path=None):
        try:
            found = self.get_fs().ls(place_of(self, path), detail=True, refresh=True)
        except FileNotFoundError:
            return []
        infos = ((posixpath.relpath(f"oci://{e['name']}", self.artifact_uri), e["type"] == "directory", e.get("size")) for e in found)
        return [FileInfo(name, is_dir, None if is_dir else size) for name, is_dir, size in infos]

    def _download_file(self, remote_file_path, local_path):
        self.get_fs().get_file(place_of(self, remote_file_path), str(local_path))

    def delete_artifacts(self, artifact_path=None):
        fs, place = self.get_fs(), place_of(self, artifact_path)
        for name in fs.find(place):
            fs.rm(name)
            fs.invalidate_cache()

    repository.get_fs, repository.delete_artifacts = fresh, delete_artifacts
    repository.list_artifacts, repository._download_file = list_artifacts, _download_file
    module.parse_os_uri = parse_os_uri
    adapt.note("names are names, not patterns of them nor parts of a URL", plugin)
    adapt.note("listings are read anew, not from a cache", plugin)
    adapt.note("delete_artifacts deletes a folder with all that is below it", plugin)
