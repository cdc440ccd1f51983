import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A dependency environment as an installer leaves it: one package, "heavy". */
export function environment(dataDir: string, name: string, source: string): string {
  const folder = join(dataDir, "environments", name);
  const files = {
    "heavy/__init__.py": source,
    "heavy-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: heavy\nVersion: 1\n",
    "heavy-1.dist-info/RECORD": "heavy/__init__.py,,\nheavy-1.dist-info/METADATA,,\n",
    ".rota-environment.json": '{"requirements":["heavy>=1"]}',
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}
