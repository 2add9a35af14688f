# SPDX-License-Identifier: Apache-2.0
"""A folder as a wheel: RECORD with its hashes, and the same bytes for the same files, whatever their order and times."""
import base64
import hashlib
import os
import sys
import time
import zipfile


def epoch() -> tuple[int, ...]:
    """The time of all files: SOURCE_DATE_EPOCH, or the first that a zip can say."""
    return time.gmtime(max(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), 315532800))[:6]


def tags(wheel_file: str) -> str:
    """The tags of the wheel's name, by those in its WHEEL ("cp310-abi3-a", "cp310-abi3-b": "cp310-abi3-a.b")."""
    with open(wheel_file, encoding="utf-8") as lines:
        each = [line.split(": ", 1)[1].strip().split("-") for line in lines if line.startswith("Tag: ")]
    return "-".join(".".join(sorted({tag[i] for tag in each})) for i in range(3))


def files_of(folder: str) -> list[str]:
    """In the order of the archive: the dist-info is last, as the specification asks, and RECORD the last of it."""
    found = [os.path.relpath(os.path.join(top, name), folder) for top, _, names in os.walk(folder) for name in names]
    return sorted(found, key=lambda name: (".dist-info/" in name, name))


def record_line(folder: str, name: str) -> str:
    with open(os.path.join(folder, name), "rb") as file:
        content = file.read()
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    return f"{name},sha256={digest},{len(content)}\n"


def pack(folder: str, into: str) -> str:
    """Writes the wheel into a folder; its path."""
    info = next(name for name in os.listdir(folder) if name.endswith(".dist-info"))
    record = f"{info}/RECORD"
    names = [name for name in files_of(folder) if name != record]
    with open(os.path.join(folder, record), "w", encoding="utf-8") as out:
        out.writelines(record_line(folder, name) for name in names)
        out.write(f"{record},,\n")
    path = os.path.join(into, f"{info.removesuffix('.dist-info')}-{tags(os.path.join(folder, info, 'WHEEL'))}.whl")
    when = epoch()
    with zipfile.ZipFile(path + ".part", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in [*names, record]:
            entry = zipfile.ZipInfo(name, when)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o100755 if os.access(os.path.join(folder, name), os.X_OK) else 0o100644) << 16
            with open(os.path.join(folder, name), "rb") as file:
                archive.writestr(entry, file.read(), compresslevel=9)
    os.replace(path + ".part", path)
    return path


if __name__ == "__main__":
    print(pack(sys.argv[1], sys.argv[2]))
