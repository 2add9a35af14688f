# SPDX-License-Identifier: Apache-2.0
"""Dataset sources: data by a URI that a plugin knows."""
import os

import millrace_host as host


def load(request, blob):
    """The file that the source has loaded, and the source as MLflow stores it; None where it does not know the URI."""
    cls, raw = host.load_object(request["plugin"], request["object"]), request["params"]["source"]
    if not cls._can_resolve(raw):
        return None
    source = cls._resolve(raw)
    data = source.load()
    if not isinstance(data, (str, os.PathLike)):
        raise host.HostError("INVALID_STATE", f"{cls.__name__}.load() gave a {type(data).__name__}; what is used here is the path of a file: CSV, "
                             "JSON, Arrow or Parquet")
    return {"path": os.path.abspath(os.fspath(data)), "type": source._get_source_type(), "json": source.to_json()}


OPERATIONS = {"dataset.load": load}
