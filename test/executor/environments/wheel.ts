import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const write = `
import sys, zipfile
folder, name, version, requires = sys.argv[1:5]
info = f"{name}-{version}.dist-info"
files = {
    f"{name}/__init__.py": f"VERSION = {version!r}\\n",
    f"{info}/METADATA": f"Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n"
        + "".join(f"Requires-Dist: {other}\\n" for other in requires.split(",") if other),
    f"{info}/WHEEL": "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
}
files[f"{info}/RECORD"] = "".join(f"{path},,\\n" for path in [*files, f"{info}/RECORD"])
with zipfile.ZipFile(f"{folder}/{name}-{version}-py3-none-any.whl", "w") as archive:
    for path, text in files.items():
        archive.writestr(path, text)
`;

/** Writes a wheel of a package whose VERSION can be imported. */
export function writeWheel(
  folder: string,
  name: string,
  version: string,
  requires: readonly string[] = [],
): void {
  mkdirSync(folder, { recursive: true });
  execFileSync("python3", ["-I", "-c", write, folder, name, version, requires.join(",")]);
}

/** Whether the machine's Python can install packages at all. */
export function hasPip(): boolean {
  try {
    execFileSync("python3", ["-I", "-m", "pip", "--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** The name of the file that `writeWheel` writes. */
export const wheelName = (name: string, version: string) => `${name}-${version}-py3-none-any.whl`;

/** `--hash=` of a file, as a lock has it. */
export const hashOf = (folder: string, file: string) =>
  `--hash=sha256:${createHash("sha256")
    .update(readFileSync(join(folder, file)))
    .digest("hex")}`;

const writeSource = `
import io, sys, tarfile
folder, name, version, backend = sys.argv[1:5]
root = f"{name}-{version}"
files = {
    "pyproject.toml": '[build-system]\\nrequires = []\\nbuild-backend = "backend"\\nbackend-path = ["."]\\n',
    "PKG-INFO": f"Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n",
    "backend.py": backend,
}
with tarfile.open(f"{folder}/{root}.tar.gz", "w:gz") as archive:
    for path, text in files.items():
        member = tarfile.TarInfo(f"{root}/{path}")
        member.size = len(text.encode())
        archive.addfile(member, io.BytesIO(text.encode()))
`;

/**
 * Writes a source package with a build backend of its own: when it is built, the Python of `look` (an expression)
 * is evaluated by it, and what it gives becomes the package's LOOKED.
 */
export function writeSourcePackage(folder: string, name: string, version: string, look: string): void {
  const backend = `
import os, sys, zipfile
def build_wheel(directory, config_settings=None, metadata_directory=None):
    info = "${name}-${version}.dist-info"
    files = {
        "${name}/__init__.py": "LOOKED = " + repr(${look}) + "\\n",
        info + "/METADATA": "Metadata-Version: 2.1\\nName: ${name}\\nVersion: ${version}\\n",
        info + "/WHEEL": "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    }
    files[info + "/RECORD"] = "".join(path + ",,\\n" for path in [*files, info + "/RECORD"])
    file = "${name}-${version}-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(directory, file), "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return file
`;
  mkdirSync(folder, { recursive: true });
  execFileSync("python3", ["-I", "-c", writeSource, folder, name, version, backend]);
}
