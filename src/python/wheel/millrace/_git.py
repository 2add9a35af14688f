# SPDX-License-Identifier: Apache-2.0
"""What MLflow tags a run with when its program lies in a git repository; read from the repository's files, without git."""
from __future__ import annotations

import os
import re


def _read(*parts: str) -> str:
    try:
        with open(os.path.join(*parts), encoding="utf-8") as file:
            return file.read()
    except (OSError, ValueError):
        return ""


def _find(folder: str) -> str | None:
    """The git folder of the repository that a folder is in."""
    while not os.path.exists(os.path.join(folder, ".git")):
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above
    git = os.path.join(folder, ".git")
    if os.path.isfile(git):  # of a work tree, or of a submodule
        git = os.path.join(folder, _read(git).removeprefix("gitdir:").strip())
    return git


def _commit_of(name: str, git: str, common: str) -> str | None:
    for place in (git, common):
        if commit := _read(place, name).strip():
            return commit
    for line in _read(common, "packed-refs").splitlines():
        commit, _, known = line.partition(" ")
        if known == name:
            return commit
    return None


def _remote(common: str) -> str | None:
    """The URL of the first remote, without the credentials that it may hold."""
    inside = False
    for line in _read(common, "config").splitlines():
        line = line.strip()
        if line.startswith("["):
            inside = line.startswith("[remote ")
        elif inside and (found := re.match(r"url\s*=\s*(.*)", line)):
            return re.sub(r"^(https?://)[^/@]*@", r"\1", found.group(1).strip('"'))
    return None


def tags(main_file: str) -> dict[str, str]:
    git = _find(os.path.dirname(os.path.abspath(main_file)))
    if git is None:
        return {}
    common = os.path.join(git, _read(git, "commondir").strip())
    head = _read(git, "HEAD").strip()
    name = head.removeprefix("ref:").strip() if head.startswith("ref:") else None
    commit = _commit_of(name, git, common) if name else head
    if not commit:
        return {}
    said = {"commit": commit, "branch": name.removeprefix("refs/heads/") if name else None, "repoURL": _remote(common)}
    return {f"mlflow.source.git.{key}": value for key, value in said.items() if value}
