# SPDX-License-Identifier: Apache-2.0
"""`millrace plugins install`, `remove` and `verify`: whole or not at all, whoever interferes; checksums and signatures, of
minisign's own program and OpenSSL's; what somebody changed is found."""
import base64
import hashlib
import json
import os
import re
import shutil
import signal
import stat
import subprocess
import tempfile
import threading
import time

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from _programs import MILLRACE, SOURCE, environment
from _server import main

PLUGIN = """#include <millrace/run_context.h>
static mr_code tags(const mr_host *host, mr_tag_visit *visit, void *arg, mr_call *call, mr_error *err)
{ (void)host, (void)call; return visit(arg, mr_str_from("%(name)s"), mr_str_from("%(version)s"), err); }
static const struct mr_run_context_ops ops = {.size = sizeof ops, .tags = tags};
%(padding)s
#define ENTRIES(ENTRY) ENTRY(MR_GROUP_RUN_CONTEXT, "%(entry)s", &ops, NULL, 0)
MR_PLUGIN_EXPORT("%(name)s", "%(version)s", "A test.", "Apache-2.0", ENTRIES)
"""


class World:
    """A home of one's own, and a folder with plugins that were built."""

    def __enter__(self):
        self.root = tempfile.mkdtemp(prefix="install-")
        self.home = f"{self.root}/home/millrace/plugins"
        os.mkdir(f"{self.root}/built")
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.root)

    def build(self, name, version="1.0.0", file=None, padding=0):
        out = f"{self.root}/built/{file or name}.so"
        source = PLUGIN % {"name": name, "entry": os.path.basename(name), "version": version, "padding": f"const char pad[{padding}] = {{1}};" if padding else ""}
        subprocess.run(["cc", "-std=c11", "-Wall", "-xc", "-", "-shared", "-fPIC", f"-I{SOURCE}/include", "-o", out], input=source, text=True, check=True)
        return out

    def start(self, *arguments):
        return subprocess.Popen([MILLRACE, "plugins", *arguments], env=environment(XDG_DATA_HOME=f"{self.root}/home", HOME=self.root), cwd=self.root,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self, *arguments, code=0):
        process = self.start(*arguments)
        out, err = process.communicate(timeout=60)
        assert process.returncode == code, (arguments, process.returncode, out, err)
        return out if code == 0 else out + err

    def refused(self, *arguments, word):
        """It fails with the word, and leaves the folder as it was."""
        before = self.snapshot()
        told = self.run("install", *arguments, code=1)
        assert word in told, (word, told)
        assert self.snapshot() == before, (before, self.snapshot())

    def snapshot(self):
        if not os.path.isdir(self.home):
            return {}
        return {name: sha256(f"{self.home}/{name}") for name in os.listdir(self.home) if name != ".lock"}

    def versions(self):
        listed = json.loads(self.run("list", "--output", "json"))
        return {one["name"]: one["version"] for one in listed if one["source"] == "user"}

    def states(self, code=0):
        text = self.run("verify", "--output", "json", code=code)
        return {os.path.basename(one["file"]): one["state"] for one in json.loads(text[: text.rindex("]") + 1])}


def sha256(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def patch(path, at, data):
    with open(path, "r+b") as file:
        file.seek(at)
        file.write(data)


def test_install_use_replace_remove():
    with World() as w:
        one = w.build("one")
        assert "Installed one 1.0.0" in w.run("install", one)
        os.remove(one)
        assert w.versions() == {"one": "1.0.0"} and w.states() == {"one.so": "as installed"}
        assert stat.S_IMODE(os.stat(f"{w.home}/one.so").st_mode) == 0o644
        w.run("install", w.build("one", "2.0.0"))
        assert w.versions() == {"one": "2.0.0"}
        w.build("two")
        w.build("three")
        assert w.run("install", f"{w.root}/built").count("Installed") == 3
        assert set(w.versions()) == {"one", "two", "three"} and len(w.states()) == 3
        w.run("remove", "two")
        assert set(w.versions()) == {"one", "three"} and not os.path.exists(f"{w.home}/two.so")
        assert "No plugin 'two'" in w.run("remove", "two", code=1)
        assert "No plugin '../one'" in w.run("remove", "../one", code=1)


def test_what_could_not_be_loaded_is_not_installed():
    with World() as w:
        w.run("install", w.build("good"))
        bad = w.build("bad")
        size = os.path.getsize(bad)
        for at, data, word in ((18, b"\xf3\x00", "RISC-V"), (4, b"\x01", "64-bit"), (0, b"#!/bin/sh\n", "not an ELF")):
            w.build("bad")
            patch(bad, at, data)
            w.refused(bad, word=word)
        for length in (0, 10, 64, 500, 4096, size // 2, size - 1):
            w.build("bad")
            os.truncate(bad, length)
            w.refused(bad, word="is not installed")
        with open(w.build("bad"), "r+b") as file:
            data = file.read()
            file.seek(re.search(rb"abi 0\.\d\n", data).start())
            file.write(b"abi 9.1\n")
        w.refused(bad, word="plugin ABI 9.1")
        w.refused(w.build("../evil", file="evil"), word="cannot be that of a file")
        w.refused(w.build(".hidden", file="hidden"), word="cannot be that of a file")
        os.mkfifo(f"{w.root}/fifo.so")
        w.refused(f"{w.root}/fifo.so", word="no regular file")
        w.refused(f"{w.root}/nothing.so", word="No such file")
        os.mkdir(f"{w.root}/empty")
        w.refused(f"{w.root}/empty", word="There is no .so file")
        assert w.versions() == {"good": "1.0.0"}


def test_a_folder_is_installed_whole_or_not_at_all():
    with World() as w:
        w.build("aa")
        w.build("bb")
        os.symlink("/etc/passwd", f"{w.root}/built/zz.so")
        w.refused(f"{w.root}/built", word="symbolic link")
        os.remove(f"{w.root}/built/zz.so")
        shutil.copy(f"{w.root}/built/aa.so", f"{w.root}/built/again.so")
        w.refused(f"{w.root}/built", word="are both the plugin aa")
        w.refused(f"{w.root}/built", "--checksum", "0" * 64, word="are of one file")


def test_who_interferes_with_the_folder():
    with World() as w:
        one, victim = w.build("one"), f"{w.root}/victim"
        with open(victim, "w", encoding="ascii") as file:
            file.write("precious")
        os.makedirs(w.home)
        os.symlink(victim, f"{w.home}/one.so")
        w.refused(one, word="was not installed by")
        os.remove(f"{w.home}/one.so")
        w.run("install", one)
        os.remove(f"{w.home}/one.so")
        os.symlink(victim, f"{w.home}/one.so")
        assert "no regular file" in w.states(code=1)["one.so"]
        w.run("install", one)  # the link goes, what it led to stays
        assert not os.path.islink(f"{w.home}/one.so") and w.states() == {"one.so": "as installed"}
        with open(victim, encoding="ascii") as file:
            assert file.read() == "precious"
        os.chmod(w.home, 0o777)
        w.refused(one, word="chmod go-w")
        os.chmod(w.home, 0o755)
        with open(f"{w.home}/installed.json", encoding="utf-8") as file:
            manifest = json.load(file)
        manifest["plugins"][0].update(name="one", file="../../../victim")
        with open(f"{w.home}/installed.json", "w", encoding="utf-8") as file:
            json.dump(manifest, file)
        assert "somebody changed it" in w.run("remove", "one", code=1)
        assert "somebody changed it" in w.run("verify", code=1)
        assert os.path.exists(victim)


def test_verify_finds_what_was_changed():
    with World() as w:
        for name in ("same", "byte", "gone", "open"):
            w.run("install", w.build(name))
        shutil.copy(w.build("stranger"), w.home)
        with open(f"{w.home}/byte.so", "r+b") as file:
            data = file.read()
            file.seek(data.index(b"A test."))
            file.write(b"B")
        os.remove(f"{w.home}/gone.so")
        os.chmod(f"{w.home}/open.so", 0o666)
        states = w.states(code=1)
        assert states["same.so"] == "as installed"
        for name, word in (("byte.so", "was changed"), ("gone.so", "is gone"), ("open.so", "chmod go-w"), ("stranger.so", "was not installed")):
            assert word in states[name], states
        assert "4 of 5 files" in w.run("verify", code=1)


def test_checksum():
    with World() as w:
        one = w.build("one")
        w.refused(one, "--checksum", "0" * 64, word="SHA-256 is " + sha256(one))
        w.refused(one, "--checksum", sha256(one)[:-1], word="SHA-256 is")
        w.run("install", one, "--checksum", sha256(one).upper())


def test_a_file_that_changes_meanwhile():
    """The source is replaced, and written into, all the time: what is installed is what was checked."""
    with World() as w:
        good, evil = w.build("one", padding=300000), w.build("one", "6.6.6", file="evil", padding=300000)
        with open(good, "rb") as file:
            good_bytes = file.read()
        with open(evil, "rb") as file:
            evil_bytes = file.read()
        wanted, stop, target = sha256(good), threading.Event(), f"{w.root}/moving.so"
        shutil.copy(good, target)

        def swap():
            while not stop.is_set():
                for data in (evil_bytes, good_bytes):
                    with open(target, "r+b") as file:
                        file.write(data)
                    time.sleep(0.001)

        thread = threading.Thread(target=swap)
        thread.start()
        outcomes = set()
        try:
            for _ in range(25):
                process = w.start("install", target, "--checksum", wanted)
                process.communicate(timeout=30)
                outcomes.add(process.returncode)
                if os.path.exists(f"{w.home}/one.so"):
                    assert sha256(f"{w.home}/one.so") == wanted
        finally:
            stop.set()
            thread.join()
        assert 1 in outcomes, outcomes


def test_killed_in_the_midst():
    """At any moment the file is whole, and the next command puts all in order."""
    with World() as w:
        versions = [w.build("one", f"{i}.0.0", file=f"v{i}", padding=2000000) for i in range(2)]
        sums = {sha256(path) for path in versions}
        w.run("install", versions[0])
        for i in range(16):
            process = w.start("install", versions[i % 2])
            time.sleep(0.002 * i)
            process.send_signal(signal.SIGKILL)
            process.communicate()
            assert sha256(f"{w.home}/one.so") in sums
            assert set(w.versions()) == {"one"}
        w.run("install", versions[1])
        assert w.states() == {"one.so": "as installed"} and w.versions() == {"one": "1.0.0"}
        assert not [name for name in os.listdir(w.home) if ".so." in name], os.listdir(w.home)


def test_many_at_once():
    with World() as w:
        files = [w.build(f"p{i}") for i in range(8)]
        processes = [w.start("install", file) for file in files]
        for process in processes:
            out, err = process.communicate(timeout=60)
            assert process.returncode == 0, (out, err)
        assert w.states() == {f"p{i}.so": "as installed" for i in range(8)}


def minisign_files(private, folder, path, hashed, comment="trusted: yes"):
    """A key and a signature as minisign writes them, by Python's cryptography."""
    public = private.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    number = hashlib.sha256(public).digest()[:8]
    with open(path, "rb") as file:
        data = file.read()
    signature = private.sign(hashlib.blake2b(data).digest() if hashed else data)
    whole = private.sign(signature + comment.encode())
    with open(f"{folder}/key.pub", "w", encoding="ascii") as out:
        out.write(f"untrusted comment: a key\n{base64.b64encode(b'Ed' + number + public).decode()}\n")
    with open(f"{path}.minisig", "w", encoding="utf-8") as out:
        out.write(f"untrusted comment: a signature\n{base64.b64encode((b'ED' if hashed else b'Ed') + number + signature).decode()}\n"
                  f"trusted comment: {comment}\n{base64.b64encode(whole).decode()}\n")


def test_minisign():
    with World() as w:
        one, key = w.build("one"), f"{w.root}/key.pub"
        mine, other = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
        for hashed in (False, True):
            minisign_files(mine, w.root, one, hashed)
            assert "signed by minisign " in w.run("install", one, "--key", key)
            with open(f"{one}.minisig", encoding="utf-8") as file:
                lines = file.read().split("\n")
            for number, line, word in ((2, "trusted comment: trusted: no", "trusted comment was changed"), (1, lines[1][:-8] + "AAAAAAA=", "does not fit"), (1, lines[1][:-1], "is none of minisign"),
                                       (1, lines[1][:30] + ("A" if lines[1][30] != "A" else "B") + lines[1][31:], "does not fit"), (0, "?", "is none of minisign"), (3, "", "is none of minisign")):
                with open(f"{one}.minisig", "w", encoding="utf-8") as file:
                    file.write("\n".join(lines[:number] + [line] + lines[number + 1:]))
                w.refused(one, "--key", key, word=word)
            os.rename(f"{one}.minisig", f"{w.root}/moved.minisig")
            w.refused(one, "--key", key, word="one.so.minisig cannot be opened")
            minisign_files(other, w.root, one, hashed)  # another key ...
            other_key = f"{w.root}/other.pub"
            os.rename(key, other_key)
            minisign_files(mine, w.root, one, hashed)
            w.refused(one, "--key", other_key, word="key of another number")
            with open(one, "ab") as file:
                file.write(b"more")
            w.refused(one, "--key", key, word="the bytes are others")
            w.build("one")
        w.refused(one, "--key", one, word="no public key")
        assert "without --key" in w.run("install", one, "--signature", f"{one}.minisig", code=2)


def test_the_real_minisign():
    if not shutil.which("minisign"):
        print("skipped: there is no minisign program")
        return
    with World() as w:
        one = w.build("one")
        subprocess.run(["minisign", "-G", "-W", "-p", f"{w.root}/m.pub", "-s", f"{w.root}/m.key"], check=True, capture_output=True)
        for how in (["-S"], ["-S", "-l"]):
            done = subprocess.run(["minisign", *how, "-W", "-s", f"{w.root}/m.key", "-m", one], input="\n", text=True, check=False, capture_output=True)
            assert done.returncode == 0, done
            w.run("install", one, "--key", f"{w.root}/m.pub")
            assert w.states() == {"one.so": "as installed"}
            with open(f"{w.root}/m.pub", encoding="ascii") as file:
                number = file.readline().split()[-1]
            assert number in w.run("verify"), (number, w.run("verify"))


def test_openssl():
    with World() as w:
        one, key, signature = w.build("one"), f"{w.root}/key.pem", f"{w.root}/one.sig"
        subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", f"{w.root}/private.pem"], check=True, capture_output=True)
        subprocess.run(["openssl", "pkey", "-in", f"{w.root}/private.pem", "-pubout", "-out", key], check=True)
        subprocess.run(["openssl", "pkeyutl", "-sign", "-rawin", "-inkey", f"{w.root}/private.pem", "-in", one, "-out", signature], check=True)
        assert "signed by ed25519 " in w.run("install", one, "--key", key, "--signature", signature)
        with open(signature, "rb") as file:
            raw = file.read()
        with open(signature, "wb") as file:
            file.write(base64.encodebytes(raw))
        w.run("install", one, "--key", key, "--signature", signature)
        with open(signature, "wb") as file:
            file.write(raw[:-1])
        w.refused(one, "--key", key, "--signature", signature, word="64 bytes")
        with open(signature, "wb") as file:
            file.write(bytes([raw[0] ^ 1]) + raw[1:])
        w.refused(one, "--key", key, "--signature", signature, word="does not fit")
        w.refused(one, "--key", f"{w.root}/private.pem", "--signature", signature, word="no public key")


if __name__ == "__main__":
    main(globals())
