import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

/** A tree small enough to check in a moment, with one legal file for each room. */
const legal: Readonly<Record<string, string>> = {
  "src/core/json.ts": "export const json = 1;\n",
  "src/core/hash.ts": 'import { createHash } from "node:crypto";\nexport const hash = createHash;\n',
  "src/sync/index.ts": 'export { json } from "../core/json.ts";\n',
  "src/runs/ports/store.ts": "export interface Store { readonly a: 1 }\n",
  "src/runs/index.ts": 'export type { Store } from "./ports.ts";\n',
  "src/store/index.ts":
    'import type { Store } from "../runs/ports/store.ts";\nexport const store: Store = { a: 1 };\n',
  "src/server/index.ts": 'export { store } from "../store/index.ts";\n',
  "src/cli/main.ts": 'export const load = () => import("../server/index.ts");\n',
};

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "rota-arrows-"));
  for (const file of ["tools/arrows.cjs", "tsconfig.json", "package.json"]) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    cpSync(file, join(root, file));
  }
  symlinkSync(join(process.cwd(), "node_modules"), join(root, "node_modules"));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function check(files: Readonly<Record<string, string>>) {
  rmSync(join(root, "src"), { recursive: true, force: true });
  for (const [file, text] of Object.entries({ ...legal, ...files })) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  const { status, stdout } = spawnSync(
    process.execPath,
    ["node_modules/dependency-cruiser/bin/dependency-cruise.mjs", "--config", "tools/arrows.cjs", "src"],
    { cwd: root, encoding: "utf8" },
  );
  return { status, stdout };
}

/** One thing that each rule forbids: its first file is the one that is blamed. */
const unlawful: readonly (readonly [rule: string, files: Readonly<Record<string, string>>])[] = [
  [
    "core-is-a-root",
    { "src/core/bad-1.ts": 'export { x } from "../sync/x.ts";\n', "src/sync/x.ts": "export const x = 1;\n" },
  ],
  ["core-is-pure", { "src/core/bad-2.ts": 'export { readFileSync } from "node:fs";\n' }],
  ["core-is-pure", { "src/core/bad-3.ts": 'import path from "node:path";\nexport const p = path.sep;\n' }],
  [
    "sync-imports-core",
    { "src/sync/bad-4.ts": 'import type { Store } from "../runs/ports/store.ts";\nexport type S = Store;\n' },
  ],
  ["runs-imports-core", { "src/runs/bad-5.ts": 'export { store } from "../store/index.ts";\n' }],
  ["store-imports-ports", { "src/store/bad-6.ts": 'export { json } from "../sync/index.ts";\n' }],
  ["executor-imports-runs", { "src/executor/bad-7.ts": 'export { store } from "../store/index.ts";\n' }],
  ["server-is-below-cli", { "src/server/bad-8.ts": 'export const load = () => import("../cli/main.ts");\n' }],
  [
    "doors",
    {
      "src/server/bad-9.ts": 'export { deep } from "../store/deep/deep.ts";\n',
      "src/store/deep/deep.ts": "export const deep = 1;\n",
    },
  ],
  ["not-up-to-the-door", { "src/sync/deep/bad-10.ts": 'export { json } from "../index.ts";\n' }],
  ["no-cycles", { "src/core/a.ts": 'import "./b.ts";\n', "src/core/b.ts": 'import "./a.ts";\n' }],
  [
    "no-catch-alls",
    {
      "src/core/bad-12.ts": 'export { u } from "./utils.ts";\n',
      "src/core/utils.ts": "export const u = 1;\n",
    },
  ],
];

describe("the import arrows", () => {
  it("let the lawful tree pass", () => expect(check({}).status).toBe(0));

  // All in one tree: starting the checker takes longer than what it does.
  it("stop whatever breaks one of them", () => {
    const { status, stdout } = check(Object.assign({}, ...unlawful.map(([, files]) => files)));
    expect(status).not.toBe(0);
    const told = stdout.split("\n");
    const missed = unlawful.filter(
      ([rule, files]) =>
        !told.some((line) => line.includes(` ${rule}: `) && line.includes(Object.keys(files)[0] as string)),
    );
    expect(missed).toEqual([]);
  });
});
