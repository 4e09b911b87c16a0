#!/usr/bin/env python3
"""What a tarball is made of, for whoever has to know: `sbom.cdx.json` lists every crate, SQLite,
musl and Rust's library with version, licence and checksum (CycloneDX 1.5), and `THIRD-PARTY.txt`
has the notices that their licences want beside the programs.

    deploy/inventory.py TARGET DATE FOLDER

DATE is in seconds since 1970. Everything is read from what the programs were built of:
Cargo.lock, the crates' own folders and the compiler's. A crate that has no licence
file, under a licence that is not known here, ends this with an error.
"""

import html
import json
import pathlib
import re
import struct
import subprocess
import sys
import time
import zlib

ROOT = pathlib.Path(__file__).resolve().parent.parent

# The licence of musl and of Rust's library, neither of which is a folder with a licence file.
MIT = """Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
associated documentation files (the "Software"), to deal in the Software without restriction,
including without limitation the rights to use, copy, modify, merge, publish, distribute,
sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or
substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT
NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND
NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES
OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN
CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""

# Crates of Rust's library that end up in a program for musl.
OF_RUST = ("cfg-if", "foldhash", "gimli", "hashbrown", "libc", "rustc-demangle")


def run(*command):
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


def packages(target):
    """The packages by id, those linked into a program, and those that only help to build it."""
    metadata = json.loads(
        run("cargo", "metadata", "--locked", "--format-version", "1", "--filter-platform", target)
    )
    by_id = {package["id"]: package for package in metadata["packages"]}
    needs = {
        node["id"]: [
            (dep["pkg"], any(kind["kind"] is None for kind in dep["dep_kinds"]))
            for dep in node["deps"]
            if any(kind["kind"] in (None, "build") for kind in dep["dep_kinds"])
        ]
        for node in metadata["resolve"]["nodes"]
    }
    linked, helping = set(), set()

    def walk(package, is_linked):
        seen = linked if is_linked else helping
        if package in seen:
            return
        seen.add(package)
        for need, is_normal in needs[package]:
            runs_in_compiler = any("proc-macro" in each["kind"] for each in by_id[need]["targets"])
            walk(need, is_linked and is_normal and not runs_in_compiler)

    root = metadata["resolve"]["root"]
    walk(root, True)
    return by_id, root, linked, helping - linked, needs


def expression(licence):
    """A licence as SPDX has it: crates may still write a slash for `OR`."""
    return re.sub(r"\s*/\s*", " OR ", licence)


def notices(package):
    """The licence texts in a package's folder; the shortest that suffices, where one may choose."""
    folder = pathlib.Path(package["manifest_path"]).parent
    named = re.compile(r"(un)?licen[cs]e|copying|copyright|notice", re.I)
    files = sorted(path for path in folder.iterdir() if path.is_file() and named.match(path.name))
    licence = expression(package["license"])
    if " AND " not in licence:
        mit = [path for path in files if re.search(r"mit(\.|$)", path.name, re.I)]
        if "MIT" in licence and mit:
            files = mit
    if files:
        return [path.read_text(encoding="utf-8").strip("\n") for path in files]
    if "Apache-2.0" in licence.split(" OR "):
        return ["Under the Apache License 2.0, whose text is in the file LICENSE-APACHE."]
    sys.exit(f"{package['name']} has no licence file, and is under {licence}")


def syntaxes(package):
    """The notices of the syntax definitions that two-face brings: bincode within zlib, a count,
    then for each a number for the licence, its text, and the definition's path."""
    folder = pathlib.Path(package["manifest_path"]).parent
    data = zlib.decompress((folder / "generated/acknowledgements_full.bin").read_bytes())
    at = 0

    def number(form):
        nonlocal at
        (value,) = struct.unpack_from(form, data, at)
        at += struct.calcsize(form)
        return value

    def string():
        nonlocal at
        length = number("<Q")
        at += length
        return data[at - length : at].decode()

    for _ in range(2):  # Syntaxes, then themes.
        for _ in range(number("<Q")):
            number("<I")
            text, path = string(), string()
            yield path, text.strip("\n")
    if at != len(data):
        sys.exit(f"{folder}: its acknowledgements have another form")


def of_rust(sysroot):
    """The notices of the crates within Rust's library, from the page that Rust comes with."""
    page = sysroot / "share/doc/rust/COPYRIGHT-library.html"
    if not page.exists():
        sys.exit(f"{page} is missing: it comes with Rust 1.85 and later")
    found = set()
    for section in page.read_text(encoding="utf-8").split("<h3>\U0001f4e6 ")[1:]:
        name, version = re.match(r"(.*?)-(\d[^<]*)</h3>", section).groups()
        if name not in OF_RUST:
            continue
        found.add(name)
        texts = re.findall(r"<code>([^<]*)</code></summary>\s*<pre>(.*?)</pre>", section, re.S)
        mit = [text for file, text in texts if "MIT" in file] or [text for _, text in texts]
        for text in mit:
            yield f"{name} {version} (within Rust's library)", html.unescape(text).strip("\n")
    if found != set(OF_RUST):
        sys.exit(f"{page} lacks {sorted(set(OF_RUST) - found)}")


def system(by_id, linked, target, sysroot):
    """What is linked and is no crate: SQLite, musl and Rust's own library."""
    (sqlite,) = (by_id[each] for each in linked if by_id[each]["name"] == "libsqlite3-sys")
    header = pathlib.Path(sqlite["manifest_path"]).parent / "sqlite3/sqlite3.h"
    defined = dict(re.findall(r'#define (SQLITE_\w+)\s+"([^"]*)"', header.read_text()))
    libc = sysroot / "lib/rustlib" / target / "lib/self-contained/libc.a"
    versions = set(re.findall(rb"\0(1\.\d+\.\d+)\0", libc.read_bytes()))
    if len(versions) != 1:
        sys.exit(f"{libc}: which version of musl is it? {versions}")
    rust = run("rustc", "--version").split()[1]
    source = defined["SQLITE_SOURCE_ID"]
    return [
        ("SQLite", defined["SQLITE_VERSION"], "blessing", "pkg:generic/sqlite", f"source id {source}"),
        ("musl", versions.pop().decode(), "MIT", "pkg:generic/musl", "C library"),
        ("rust-std", rust, "MIT OR Apache-2.0", "pkg:generic/rust-std", "Rust's library"),
    ]


def bill(target, date, by_id, root, linked, helping, needs, parts):
    """The list as CycloneDX 1.5 has it."""
    lock = (ROOT / "Cargo.lock").read_text(encoding="utf-8")
    entry = re.compile(r'name = "(.*?)"\nversion = "(.*?)"\n(?:source = .*\n)?checksum = "(.*?)"')
    sums = {(name, version): checksum for name, version, checksum in entry.findall(lock)}

    def address(package):
        return f"pkg:cargo/{package['name']}@{package['version']}"

    def crate(each):
        package = by_id[each]
        component = {
            "type": "library",
            "bom-ref": address(package),
            "name": package["name"],
            "version": package["version"],
            "scope": "required" if each in linked else "excluded",
            "licenses": [{"expression": expression(package["license"])}],
            "purl": address(package),
        }
        if checksum := sums.get((package["name"], package["version"])):
            component["hashes"] = [{"alg": "SHA-256", "content": checksum}]
        return component

    every = linked | helping
    own = crate(root) | {"type": "application", "description": by_id[root]["description"]}
    del own["scope"], own["purl"]
    components = [crate(each) for each in every - {root}]
    components += [
        {
            "type": "library",
            "bom-ref": f"{purl}@{version}",
            "name": name,
            "version": version,
            "description": about,
            "scope": "required",
            "licenses": [{"expression": licence}],
            "purl": f"{purl}@{version}",
        }
        for name, version, licence, purl, about in parts
    ]
    dependencies = [
        {
            "ref": address(by_id[each]),
            "dependsOn": sorted({address(by_id[need]) for need, _ in needs[each] if need in every}),
        }
        for each in every
    ]
    for dependency in dependencies:
        extra = [f"{purl}@{version}" for name, version, _, purl, _ in parts]
        if dependency["ref"] == address(by_id[root]):
            dependency["dependsOn"] += extra[1:]
        elif dependency["ref"].startswith("pkg:cargo/libsqlite3-sys@"):
            dependency["dependsOn"].append(extra[0])
    # The same tools and the same commit are what it takes to build the same bytes.
    tools = {"rustc": run("rustc", "--version"), "target": target}
    if target.startswith(run("uname", "-m")):
        tools["cc"] = run("cc", "--version").splitlines()[0]
        tools["ld"] = run("ld", "--version").splitlines()[0]
    else:
        tools["cc"] = "zig " + run("deploy/zig/zig.sh", "version")
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(date)),
            "component": own,
            "properties": [{"name": f"build:{name}", "value": tools[name]} for name in tools],
        },
        "components": sorted(components, key=lambda component: component["bom-ref"]),
        "dependencies": sorted(dependencies, key=lambda dependency: dependency["ref"]),
    }


def third_party(by_id, root, linked, parts, sysroot):
    """The notices, each text once, under the names of all that have it."""
    texts = {}

    def add(name, text):
        key = re.sub(r"\s+", " ", text)
        texts.setdefault(key, (text, set()))[1].add(name)

    # In order, for of texts that differ by their blanks alone the first is kept.
    for each in sorted(linked - {root}):
        package = by_id[each]
        for text in notices(package):
            add(f"{package['name']} {package['version']}", text)
        if package["name"] == "two-face":
            for path, text in syntaxes(package):
                add(f"{path} (within two-face)", text)
    for name, text in of_rust(sysroot):
        add(name, text)
    _, musl, rust = parts
    add(f"musl {musl[1]}", f"Copyright (c) 2005-2020 Rich Felker, et al.\n\n{MIT}")
    add(f"Rust's library {rust[1]}", f"Copyright (c) The Rust Project Contributors\n\n{MIT}")

    begin = (
        "Mayfly's programs contain the work of others. SQLite, and the time zones of the IANA, are in the\n"
        "public domain. All else is listed here, under the licences that it comes with.\n"
    )
    blocks = sorted((sorted(names), text) for text, names in texts.values())
    rule = "-" * 78
    return begin + "".join(f"\n{rule}\n" + "\n".join(names) + f"\n\n{text.strip()}\n" for names, text in blocks)


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    target, date, folder = sys.argv[1], int(sys.argv[2]), pathlib.Path(sys.argv[3])
    sysroot = pathlib.Path(run("rustc", "--print", "sysroot"))
    by_id, root, linked, helping, needs = packages(target)
    parts = system(by_id, linked, target, sysroot)
    listed = bill(target, date, by_id, root, linked, helping, needs, parts)
    (folder / "sbom.cdx.json").write_text(json.dumps(listed, indent=1, ensure_ascii=False) + "\n", "utf-8")
    (folder / "THIRD-PARTY.txt").write_text(third_party(by_id, root, linked, parts, sysroot), "utf-8")


main()
