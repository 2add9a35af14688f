# SPDX-License-Identifier: Apache-2.0
"""Compiles or runs every snippet of every page; README.md says how a page marks them."""
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

import pytest

SOURCE = pathlib.Path(os.environ["MILLRACE_SOURCE"])
BUILD = pathlib.Path(os.environ["MILLRACE_BUILD"])
sys.path.insert(0, str(SOURCE / "tests/scenario"))
from _server import Server  # noqa: E402  pylint: disable=wrong-import-position
from _wheel import PACKAGE, USABLE, sanitized  # noqa: E402  pylint: disable=wrong-import-position

FENCE = re.compile(r"^( *)```(.*)$")
COMMAND = re.compile(r"^ {4,}(\$ |millrace |make |cc |gcc |pip |npm |git |cmake |[A-Z][A-Z_]+=\S+ \S|scripts/|bench/)")
SERVER = re.compile(r"^(?P<env>([A-Z_]+=\S+ )*)millrace server(?P<flags>.*?)&?$")
SANITIZE = [f"-fsanitize={os.environ['MILLRACE_SANITIZE']}"] if os.environ.get("MILLRACE_SANITIZE") else []


class Snippet:
    def __init__(self, language, how, line, text):
        self.language, self.how, self.line, self.text = language, how, line, text


def read(page):
    """The snippets of a page; an indented command is a mistake."""
    snippets, opened = [], None
    for number, line in enumerate(page.read_text().splitlines(), 1):
        fence = FENCE.match(line)
        if fence and opened:
            snippets.append(Snippet(*opened[:3], "\n".join(opened[3]) + "\n"))
            opened = None
        elif fence:
            language, _, how = fence[2].partition(" ")
            opened = (language, how, number, [])
        elif opened:
            opened[3].append(line)
        else:
            assert not COMMAND.match(line), f"{page}:{number}: a command stands in no fence, so no test runs it: {line}"
    assert not opened, f"{page}: the last fence is not closed"
    return snippets


def pages():
    listed = subprocess.run(["git", "-C", str(SOURCE), "ls-files", "-co", "--exclude-standard", "*.md"], capture_output=True, text=True, check=False)
    if listed.returncode == 0:
        return [SOURCE / name for name in listed.stdout.split() if (SOURCE / name).exists()]
    return [p for p in SOURCE.rglob("*.md") if not {"build", "node_modules"} & set(p.relative_to(SOURCE).parts)]


@pytest.fixture(name="installed", scope="session")
def fixture_installed():
    prefix = tempfile.mkdtemp(prefix="installed-")
    subprocess.run(["cmake", "--install", BUILD, "--prefix", prefix], check=True, stdout=subprocess.DEVNULL)
    return prefix


class Page:
    """What the snippets of one page share: a folder, an environment, a server."""

    def __init__(self, path, installed):
        self.folder = tempfile.mkdtemp(prefix="page-")
        for beside in path.parent.iterdir():
            if beside.is_file() and beside.suffix in (".c", ".h", ".csv", ".py"):
                shutil.copy(beside, self.folder)
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("MLFLOW_", "MILLRACE"))}
        self.env = {**clean, "PATH": f"{installed}/bin:{os.path.dirname(sys.executable)}:{os.environ['PATH']}",
                    "PKG_CONFIG_PATH": f"{installed}/lib/pkgconfig", "CMAKE_PREFIX_PATH": installed,
                    "XDG_DATA_HOME": f"{self.folder}/.data", "HOME": self.folder,
                    "MILLRACE_SPOOL_DIR": f"{self.folder}/.spool", "MLFLOW_ALLOW_FILE_STORE": "true"}
        self.installed = installed
        self.server = None

    def in_tree(self):
        """A folder that looks like the root of the sources."""
        root = pathlib.Path(self.folder) / "tree"
        if not root.exists():
            root.mkdir()
            for entry in SOURCE.iterdir():
                if entry.name not in ("build", ".git"):
                    (root / entry.name).symlink_to(entry)
            (root / "build").mkdir()
            for preset in ("dev", "release"):
                (root / "build" / preset).symlink_to(BUILD)
        return str(root)

    def substitute(self, text):
        if self.server:
            text = text.replace("http://localhost:5000", f"http://127.0.0.1:{self.server.port}")
        if "RUN_ID" in text:
            text = re.sub(r"\bRUN_ID\b", self.a_run(), text)
        return text

    def a_run(self):
        done = subprocess.run(["millrace", "runs", "create", "--experiment-name", "snippets", "--output", "json"], env=self.env,
                              cwd=self.folder, capture_output=True, text=True, check=False)
        found = re.search(r'"run_id": "(\w+)"', done.stdout)
        assert found, done
        return found[1]

    def start_server(self, env, flags, cwd):
        if self.server:
            self.server.stop(keep=True)
        given = dict(pair.split("=", 1) for pair in shlex.split(env))
        words = shlex.split(flags)
        self.server = Server(*words, folder=cwd, store="--backend-store-uri" not in words,
                             env={**{k: v for k, v in self.env.items() if k.startswith(("MILLRACE", "MLFLOW_ALLOW", "XDG"))}, **given})
        self.env["MLFLOW_TRACKING_URI"] = f"http://127.0.0.1:{self.server.port}"

    def shell(self, text, cwd):
        waiting = []
        for line in text.splitlines():
            server = SERVER.match(line)
            if server:
                self.bash(waiting, cwd)
                waiting = []
                self.start_server(server["env"], server["flags"], cwd)
            else:
                waiting.append(line)
        self.bash(waiting, cwd)

    def bash(self, lines, cwd):
        if any(line.strip() for line in lines):
            self.run(["bash", "-ec", self.substitute("\n".join(lines))], cwd)

    def run(self, command, cwd=None, **more):
        done = subprocess.run(command, cwd=cwd or self.folder, env={**self.env, **more}, capture_output=True, text=True, timeout=240, check=False,
                              stdin=subprocess.DEVNULL)
        assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"

    def compile(self, snippet):
        whole = re.search(r"\bmain\(", snippet.text)
        source = pathlib.Path(self.folder) / f"snippet_{snippet.line}.c"
        source.write_text(snippet.text)
        compiler = ["cc", "-std=c11", "-D_DEFAULT_SOURCE", "-Wall", "-Wextra", "-Werror", *SANITIZE, f"-I{self.installed}/include"]
        if not whole:
            self.run([*compiler, "-Wno-unused", "-c", str(source), "-o", f"{source}.o"])
            return
        self.run([*compiler, str(source), "-o", f"{source}.bin", f"-L{self.installed}/lib", f"-Wl,-rpath,{self.installed}/lib", "-lmillrace",
                  "-lm"])
        self.run([f"{source}.bin"])

    def do(self, snippet):
        if snippet.language == "text":
            return
        if snippet.language == "sh" and snippet.how.startswith("not-run: "):
            for target in re.findall(r"^make ([a-z-]+)", snippet.text, re.M):
                self.run(["make", "-n", "-C", str(SOURCE), target])
                if target == "run":
                    self.start_server("", "", self.folder)
        elif snippet.language == "sh":
            self.shell(snippet.text, self.in_tree() if snippet.how == "in-tree" else self.folder)
        elif snippet.how.startswith("file="):
            (pathlib.Path(self.folder) / snippet.how[5:]).write_text(snippet.text)
        elif snippet.language == "c":
            self.compile(snippet)
        elif snippet.language == "python" and "import millrace" in snippet.text and not USABLE:
            return
        elif snippet.language == "python":
            self.run([sys.executable, "-c", self.substitute(snippet.text)], PYTHONPATH=PACKAGE, **sanitized(self.folder))
        else:
            raise AssertionError(f"no rule for a snippet of the kind '{snippet.language} {snippet.how}'")


@pytest.mark.parametrize("path", pages(), ids=lambda p: str(p.relative_to(SOURCE)))
def test_page(path, installed):
    snippets = read(path)
    if not any(s.language != "text" for s in snippets):
        return
    page = Page(path, installed)
    try:
        for snippet in snippets:
            try:
                page.do(snippet)
            except AssertionError as e:
                raise AssertionError(f"{path.relative_to(SOURCE)}:{snippet.line}: {e}") from e
    finally:
        if page.server:
            page.server.stop(keep=True)
