import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";

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
