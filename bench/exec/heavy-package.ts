import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Python } from "./python.ts";

/** Modules of the package; with this many its import takes about as long as that of `requests`. */
const modules = 200;

/* A wheel is a zip with three files of metadata. */
const build = `
import sys, zipfile
path, count = sys.argv[1], int(sys.argv[2])
body = "import re\\nFIELD = re.compile(r'[a-z]+_%d')\\n" + "".join(
    f"\\n\\nclass Part{i}:\\n    def take(self, value=None, *rest):\\n        return [value, *rest, {i}]\\n" for i in range(12)
)
files = {f"many_modules/part_{i}.py": body % i for i in range(count)}
files["many_modules/__init__.py"] = "".join(f"from . import part_{i}\\n" for i in range(count))
about = "many_modules-1.0.dist-info/"
files[about + "METADATA"] = "Metadata-Version: 2.1\\nName: many-modules\\nVersion: 1.0\\n"
files[about + "WHEEL"] = "Wheel-Version: 1.0\\nGenerator: bench\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
files[about + "RECORD"] = "".join(f"{name},,\\n" for name in [*files, about + "RECORD"])
with zipfile.ZipFile(path, "w") as wheel:
    for name, text in files.items():
        wheel.writestr(name, text)
`;

export const manyModules = { requirement: "many-modules", module: "many_modules" } as const;

/** Puts a wheel of many modules into a folder: what is heavy to import where no package index is reached. */
export async function writeHeavyWheel(python: Python, folder: string): Promise<void> {
  const script = join(folder, "build-wheel.py");
  writeFileSync(script, build);
  await python.run([script, join(folder, "many_modules-1.0-py3-none-any.whl"), String(modules)]);
}
