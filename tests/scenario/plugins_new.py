# SPDX-License-Identifier: Apache-2.0
"""`millrace plugins new` against an installed Millrace: a package that builds without a warning, passes its unit test and
its conformance at once, is short, and has a Debian packaging that Debian's tools can read."""
import glob
import json
import os
import re
import shutil
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor

from _programs import BUILD, SOURCE, environment
from _server import main

SANITIZE = os.environ.get("MILLRACE_SANITIZE", "")
GROUPS = sorted(os.path.basename(name)[:-5] for name in glob.glob(f"{SOURCE}/src/author/templates/groups/*.c.in"))
ROOT = tempfile.mkdtemp(prefix="new-")
FAST = "/dev/shm" if os.access("/dev/shm", os.W_OK) else ROOT  # the kit's stores sync what they write


def run(*command, code=0, cwd=ROOT, **variables):
    done = subprocess.run(command, cwd=cwd, env=environment(XDG_DATA_HOME=ROOT, TMPDIR=FAST, **variables), capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == code or (code and done.returncode), (command, done.returncode, done.stdout[-3000:], done.stderr[-3000:])
    return done.stdout if code == 0 else done.stderr


def installed():
    if not os.path.exists(f"{ROOT}/millrace"):
        run("cmake", "--install", BUILD, "--prefix", f"{ROOT}/millrace")
    return f"{ROOT}/millrace/bin/millrace"


def code_lines(text):
    """Without comments, empty lines, and lines of braces alone."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    return sum(bool(re.search(r"\w", line)) for line in text.splitlines())


def package(group):
    name = "my-" + group.replace("_", "-")
    run(installed(), "plugins", "new", name, "--group", group, "--scheme", f"x{GROUPS.index(group)}", "--author", "Ada <ada@example.com>")
    folder = f"{ROOT}/{name}"
    text = "".join(open(file, encoding="utf-8").read() for file in glob.glob(f"{folder}/**", recursive=True) if os.path.isfile(file) and "LICENSE" not in file)
    assert "@" not in text.replace("$@", "").replace("ada@example.com", ""), [line for line in text.splitlines() if "@" in line]
    with open(f"{folder}/plugin.c", encoding="utf-8") as source:
        assert code_lines(source.read()) < 60, group
    flags = f"-Werror {'-fsanitize=' + SANITIZE if SANITIZE else ''}"
    run("cmake", "-B", "build", f"-DCMAKE_PREFIX_PATH={ROOT}/millrace", f"-DCMAKE_C_FLAGS={flags}", cwd=folder)
    run("cmake", "--build", "build", cwd=folder)
    run("ctest", "--test-dir", "build", "--output-on-failure", cwd=folder)
    listed = json.loads(run(installed(), "plugins", "list", "--output", "json", MILLRACE_PLUGIN_PATH=f"{folder}/build"))
    mine = [one for one in listed if one["name"] == name]
    assert [entry["group"].split(".")[1] for entry in mine[0]["entries"]] == [group], listed
    extra = {"app": ["--option", f"token_file={folder}/build/token"],
             "deployments": ["--uri", f"x{GROUPS.index(group)}:http://127.0.0.1:9"],
             "model_flavor": ["--uri", f"x{GROUPS.index(group)}:{folder}/build/model"]}.get(group, [])
    report = json.loads(run(installed(), "plugins", "check", "--output", "json", f"{folder}/build/{name}.so", *extra,
                            **{f"{name.upper().replace('-', '_')}_TOKEN_FILE": f"{folder}/build/token"}))[0]
    assert report["passed"] > 15 and report["failed"] == 0, report
    needs_more = [rule["why"] for entry in report["entries"] for rule in entry["rules"] if rule["rule"] == "any.works" and rule["outcome"] != "passed"]
    assert not needs_more, needs_more
    return folder


def every(groups):
    installed()
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(package, groups))


def test_some_groups():
    """The others: plugins_new_long.py."""
    folder = every([group for group in GROUPS if group in ("app", "artifact_repository", "run_context_provider")])[0]
    if shutil.which("dpkg-parsechangelog"):
        assert "Version: 0.1.0" in run("dpkg-parsechangelog", cwd=folder)
    assert os.access(f"{folder}/debian/rules", os.X_OK) and os.access(f"{folder}/ci.sh", os.X_OK)
    run("sh", "-n", "ci.sh", cwd=folder)
    # it is not written over
    told = run(installed(), "plugins", "new", os.path.basename(folder), "--group", GROUPS[0], code=1)
    assert "is there already" in told, told


def test_what_cannot_be():
    for arguments, word in ((["../escape", "--group", "app"], "no template" if "app" not in GROUPS else "name"), (["Upper", "--group", GROUPS[0]], "lower-case"),
                            (["a/b", "--group", GROUPS[0]], "lower-case"), (["fine", "--group", "nothing"], "artifact_repository"),
                            (["fine", "--group", GROUPS[0], "--scheme", "no good"], "lower-case"), (["fine"], "--group"), ([], "name"),
                            (["fine", "--group", GROUPS[0], "--author", "a\nb"], "one line"),
                            (["fine", "--group", GROUPS[0], "--folder", "/nonexistent/folder"], "cannot be made")):
        told = run(installed(), "plugins", "new", *arguments, code=1)
        assert word in told, (arguments, told)
    assert not os.path.exists(f"{ROOT}/fine") and not glob.glob(f"{ROOT}/fine*")


if __name__ == "__main__":
    main(globals())
