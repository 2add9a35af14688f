# SPDX-License-Identifier: Apache-2.0
"""What a package brings: the Debian packages that are made of this build, what is in them and what they ask for; the man
pages and completions, which must know every command and option that the program's help has. packages_long.py installs them."""
import functools
import glob
import gzip
import os
import re
import shutil
import subprocess
import tempfile

from _server import MILLRACE, main

SOURCE, BUILD = os.environ["MILLRACE_SOURCE"], os.environ["MILLRACE_BUILD"]


def run(*command, **how):
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, **how)
    assert done.returncode == 0, done
    return done.stdout


@functools.cache
def made():
    """The folder with the packages, and their names."""
    folder = tempfile.mkdtemp(prefix="packages-")
    run(f"{SOURCE}/scripts/package", BUILD, folder)
    return {run("dpkg-deb", "-f", file, "Package").strip(): file for file in glob.glob(f"{folder}/*.deb")}


def files(package):
    """Path in the package: mode."""
    return {path[1:]: mode for mode, path in (re.match(r"(\S+) .*? (\./\S*)", line).groups()
                                              for line in run("dpkg-deb", "-c", made()[package]).splitlines())}


def field(package, name):
    return run("dpkg-deb", "-f", made()[package], name).strip()


@functools.cache
def offered():
    """Each command line of the program, "runs search", with the options of its help."""
    found = {}
    helped = run(MILLRACE, "--help")
    for command in re.findall(r"^  ([a-z]+) ", helped, re.M):
        text = run(MILLRACE, command, "--help")
        if text.startswith(f"Usage: millrace {command} SUBCOMMAND"):
            subs = re.findall(r"^  ([a-z-]+) ", text, re.M)
            found.update({f"{command} {sub}": run(MILLRACE, command, sub, "--help") for sub in subs})
        else:
            found[command] = text
    assert len(found) > 40, sorted(found)
    return found


def options(text, all_of_them=False):
    """Those of a help; without those that are only there to be refused or ignored."""
    names = []
    for entry in re.split(r"\n(?=  (?:-\w, |    )--)", text.split("\nExample")[0])[1:]:
        if all_of_them or not re.search(r"(Not\s+supported|Ignored):", entry):
            names += re.findall(r"--([\w-]+)", re.match(r"  (?:-\w, |    )(--[\w-]+(?: / --[\w-]+)?)", entry)[1])
    return names


# ---- packages ----

def test_the_packages():
    if os.environ.get("MILLRACE_SANITIZE"):
        return # its libraries are no package's business
    arch = run("dpkg-architecture", "-qDEB_HOST_MULTIARCH").strip()
    lib = f"/usr/lib/{arch}"
    version = re.search(r"\d+\.\d+\.\d+", run(MILLRACE, "--version"))[0]
    assert {"millrace", "libmillrace1", "libmillrace-dev", "millrace-plugin-git"} <= set(made()), made()
    for package, file in made().items():
        here = files(package)
        assert field(package, "Version") == f"{version}-1", package
        assert f"/usr/share/doc/{package}/copyright" in here and f"/usr/share/doc/{package}/changelog.Debian.gz" in here, here
        assert all(path.startswith("/usr") or path == "/" for path in here), here
        assert not any("example" in path for path in here), file
        assert all(mode[:2] == ("dr" if path.endswith("/") else "-r") or mode[0] == "l" for path, mode in here.items()), here
        assert all(mode[5] == "-" and mode[8] == "-" for mode in here.values() if mode[0] != "l"), f"others may write: {here}"
        summary, *text = field(package, "Description").splitlines()
        assert len(summary) < 80 and text and summary.startswith("MLflow, natively: "), summary
    assert files("millrace")["/usr/bin/millrace"] == "-rwxr-xr-x"
    for file in ("man/man1/millrace.1.gz", "man/man1/millrace-server.1.gz", "bash-completion/completions/millrace",
                 "zsh/vendor-completions/_millrace", "fish/vendor_completions.d/millrace.fish"):
        assert f"/usr/share/{file}" in files("millrace"), file
    assert f"libmillrace1 (= {version}-1)" in field("millrace", "Depends")
    assert f"{lib}/libmillrace.so.1" in files("libmillrace1") and f"{lib}/millrace/net.so" in files("libmillrace1")
    assert "libmillrace 1 libmillrace1" in run("dpkg-deb", "-I", made()["libmillrace1"], "shlibs")
    dev = files("libmillrace-dev")
    for file in ("/usr/include/millrace.h", "/usr/include/millrace/plugin.h", f"{lib}/libmillrace.so", f"{lib}/libmillrace.a",
                 f"{lib}/pkgconfig/millrace.pc", f"{lib}/cmake/Millrace/MillraceConfig.cmake"):
        assert file in dev, file
    assert f"{lib}/millrace/plugins/git-context.so" in files("millrace-plugin-git")
    for package in ("millrace", "libmillrace1", "libmillrace-dev"):
        assert not re.search(r"libgit2|libcairo|libpq|libmariadb|libarchive", field(package, "Depends")), package
    assert "libgit2" in field("millrace-plugin-git", "Depends")
    assert "/usr/lib/systemd/system/millrace.service" in files("millrace")
    for script in ("postinst", "prerm", "postrm"):
        run("sh", "-n", input=run("dpkg-deb", "-I", made()["millrace"], script))


def test_what_is_unpacked_works():
    """Each file of a plugin or module is where the program of the package looks, and CMake and pkg-config are told the truth."""
    if os.environ.get("MILLRACE_SANITIZE"):
        return
    with tempfile.TemporaryDirectory() as root:
        for file in made().values():
            run("dpkg-deb", "-x", file, root)
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("MLFLOW_", "MILLRACE"))}
        told = run(f"{root}/usr/bin/millrace", "plugins", "info", "git-context", env={**clean, "XDG_DATA_HOME": root}, cwd=root)
        assert f"{root}/usr/lib/" in told and "system" in told, told
        with gzip.open(f"{root}/usr/share/doc/millrace/changelog.gz", "rt") as changes:
            assert "0.1.0" in changes.read()
        [pc] = glob.glob(f"{root}/usr/lib/*/pkgconfig")
        env = {**clean, "PKG_CONFIG_PATH": pc}
        folder = run("pkg-config", "--variable=plugindir", "millrace", env=env).strip()
        assert os.path.exists(f"{folder}/git-context.so"), folder
        flags = run("pkg-config", "--cflags", "--libs", "millrace", env=env).split()
        run("cc", "-shared", "-fPIC", f"{SOURCE}/plugins/example/plugin.c", "-o", f"{root}/example.so", *flags[:1])
        os.mkdir(f"{root}/project")
        shutil.copy(f"{SOURCE}/plugins/example/plugin.c", f"{root}/project/plugin.c")
        with open(f"{root}/project/CMakeLists.txt", "w", encoding="ascii") as out:
            out.write("cmake_minimum_required(VERSION 3.25)\nproject(mine C)\nfind_package(Millrace 0.1 REQUIRED)\n"
                      "millrace_add_plugin(mine plugin.c)\nmessage(STATUS \"folder ${Millrace_PLUGIN_DIR}\")\n")
        said = run("cmake", "-S", f"{root}/project", "-B", f"{root}/build", f"-DCMAKE_PREFIX_PATH={root}/usr", env=clean)
        assert os.path.realpath(re.search(r"folder (\S+)", said)[1]) == os.path.realpath(folder), said
        run("cmake", "--build", f"{root}/build")
        listed = run(f"{root}/usr/bin/millrace", "plugins", "list", env={**clean, "XDG_DATA_HOME": root, "MILLRACE_PLUGIN_PATH": f"{root}/build"})
        assert "file-plugin" in listed, listed
        run("cmake", "--install", f"{root}/build", "--prefix", f"{root}/there")
        assert os.path.exists(f"{root}/there/lib/millrace/plugins/mine.so")
        wrong = subprocess.run(["cmake", "-S", f"{root}/project", "-B", f"{root}/other", f"-DCMAKE_PREFIX_PATH={root}/none"], env=clean,
                               capture_output=True, text=True, check=False)
        assert wrong.returncode != 0


# ---- man pages ----

def plain(text):
    """A page as words: no overstriking, hyphens as typed, lines joined."""
    return " ".join(re.sub(r".\x08", "", text).split())


def test_the_man_pages():
    with tempfile.TemporaryDirectory() as folder:
        run(MILLRACE, "manual", "man", "--folder", folder)
        commands = {line.split()[0] for line in offered()}
        assert {os.path.basename(p) for p in glob.glob(f"{folder}/*")} == {"millrace.1"} | {f"millrace-{c}.1" for c in commands}
        pages = {}
        for page in sorted(os.listdir(folder)):
            done = subprocess.run(["man", "--warnings", "-l", f"{folder}/{page}"], capture_output=True, text=True, check=False,
                                  env={**os.environ, "LC_ALL": "C.UTF-8", "MANWIDTH": "200", "MAN_KEEP_FORMATTING": "", "PAGER": "cat"})
            assert done.returncode == 0 and not done.stderr, done.stderr
            pages[page] = plain(done.stdout)
            if shutil.which("mandoc"):
                run("mandoc", "-Tlint", "-Wwarning", f"{folder}/{page}")
        for command in commands:
            assert f"millrace-{command}(1)" in pages["millrace.1"], command
        for line, text in offered().items():
            page = pages[f"millrace-{line.split()[0]}.1"]
            assert f"millrace {line.replace('ui', 'server') if line == 'ui' else line} [OPTION...]" in page, line
            for option in options(text, all_of_them=True):
                assert f"--{option}" in page, (line, option)
        assert "The port to listen on. Default: 5000." in pages["millrace-server.1"]
        assert 'Such as "metrics.loss < 0.1 AND params.lr = \'0.1\'".' in pages["millrace-runs.1"], "quotes are as typed"


# ---- completions ----

ASK_BASH = """
source "$1"
while IFS= read -r line; do
    read -ra COMP_WORDS <<<"$line"
    if [[ $line == *' ' ]]; then COMP_WORDS+=(''); fi
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    _millrace
    printf '%s\\n' "${COMPREPLY[*]}"
done
"""


def ask_bash(folder, *lines):
    with open(f"{folder}/millrace", "w", encoding="utf-8") as out:
        out.write(run(MILLRACE, "manual", "bash"))
    return [line.split() for line in run("bash", "-c", ASK_BASH, "ask", f"{folder}/millrace", input="".join(f"{l}\n" for l in lines), cwd=folder).split("\n")[:-1]]


def test_bash():
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(f"{folder}/here")
        with open(f"{folder}/here.so", "w", encoding="ascii"):
            pass
        lines = list(offered())
        for line, answer in zip(lines, ask_bash(folder, *(f"millrace {line} --" for line in lines))):
            assert sorted(answer) == sorted(f"--{o}" for o in [*options(offered()[line]), "help"]), (line, answer)
        commands = sorted({line.split()[0] for line in lines})
        runs = {line.split()[1] for line in lines if line.startswith("runs ")}
        first, sub, choice, joined, files, dirs, nothing, word, letter = ask_bash(
            folder, "millrace ", "millrace runs ", "millrace runs search --output ", "millrace runs search --output = j",
            "millrace plugins list --plugin he", "millrace artifacts log-artifacts --local-dir ", "millrace server --port ",
            "millrace runs sea", "millrace artifacts log-artifacts -l ")
        assert sorted(first) == sorted([*commands, "--help", "--version"])
        assert set(sub) == runs | {"--help"}
        assert set(choice) == {"table", "json", "csv"} and joined == ["json"]
        assert set(files) == {"here", "here.so"} and dirs == ["here"] and letter == ["here"] and not nothing and word == ["search"]


def test_fish():
    if not shutil.which("fish"):
        return
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/millrace.fish", "w", encoding="utf-8") as out:
            out.write(run(MILLRACE, "manual", "fish"))

        def ask(line):
            answer = run("fish", "-c", f"source {folder}/millrace.fish; complete -C '{line}'", env={**os.environ, "HOME": folder}, cwd=folder)
            return {entry.split("\t")[0] for entry in answer.splitlines()}
        assert ask("millrace ") == {line.split()[0] for line in offered()}
        for line in ("server", "runs search", "models search"):
            assert ask(f"millrace {line} --") == {f"--{o}" for o in [*options(offered()[line]), "help"]}, line
        assert ask("millrace runs search --output ") == {"table", "json", "csv"}


# A terminal of its own in which somebody types and presses the tabulator; what they then see.
ASK_ZSH = """
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z 'PS1=; unsetopt zle_bracketed_paste; fpath=('$1' $fpath); autoload -Uz compinit; compinit -u -D; print rea''dy'
zpty -r z got '*ready*'
zpty -w -n z $2$'\\t'
zpty -r -m z got "*$3*" && print -r -- "$got"
zpty -d z
"""


def test_zsh():
    if not shutil.which("zsh"):
        return
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/_millrace", "w", encoding="utf-8") as out:
            out.write(run(MILLRACE, "manual", "zsh"))
        run("zsh", "-n", f"{folder}/_millrace")
        answer = run("zsh", "-f", "-c", ASK_ZSH, "ask", folder, "millrace runs search --out", "--output=",
                     env={**os.environ, "HOME": folder, "TERM": "dumb"})
        assert "--output=" in answer, answer
        answer = run("zsh", "-f", "-c", ASK_ZSH, "ask", folder, "millrace arti", "artifacts", env={**os.environ, "HOME": folder, "TERM": "dumb"})
        assert "artifacts" in answer, answer


if __name__ == "__main__":
    main(globals())
