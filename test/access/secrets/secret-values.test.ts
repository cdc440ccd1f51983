import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type SecretValues, sealWith, secretValues } from "../../../src/access/index.ts";
import { memoryStore, type Store } from "../../../src/store/index.ts";

let folder: string;
let store: Store;
const seal = sealWith(randomBytes(32), "stored secrets");

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rota-secrets-"));
  await mkdir(join(folder, "mounted"));
  store = await memoryStore();
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const sources = (env: Record<string, string> = {}, organizations = ["default"]): SecretValues =>
  secretValues({
    stored: { store: store.secrets, seal },
    env,
    folder: { folder: join(folder, "mounted"), notThese: [join(folder, "key")] },
    organizations,
  });
const keep = (name: string, value: string | Uint8Array, sealedFor = name, organization = "default") =>
  store.secrets.put({
    secret: { organization, name, sealed: seal.seal(Buffer.from(value), [organization, sealedFor]) },
    audit: { at: 1, organization, actor: "a@example.com", object: `secrets:${name}` },
  });
const mount = (name: string, value: string | Uint8Array) => writeFile(join(folder, "mounted", name), value);
const one = async (from: SecretValues, name: string, organization = "default") =>
  (await from.values(organization, [name])).values.get(name);

describe("the value of a secret", () => {
  it("comes from the store, else from the environment, else from a file", async () => {
    const env = { ROTA_SECRET_DB_PASSWORD: "of the environment" };
    await mount("db-password", "of a file");
    expect(await one(sources(), "db-password")).toBe("of a file");
    expect(await one(sources(env), "db-password")).toBe("of the environment");
    await keep("db-password", "of the store");
    expect(await one(sources(env), "db-password")).toBe("of the store");
    expect(await sources(env).values("default", ["db-password", "none", "none"])).toEqual({
      values: new Map([["db-password", "of the store"]]),
      missing: ["none"],
    });
  });

  it("is kept byte for byte, from every source", async () => {
    const value = "\uFEFF first line\r\n\ttrailing space \n\n";
    await keep("a", value);
    await mount("b", value);
    expect(await one(sources(), "a")).toBe(value);
    expect(await one(sources(), "b")).toBe(value);
    expect(await one(sources({ ROTA_SECRET_C: value }), "c")).toBe(value);
    await keep("nul", "a\0b");
    expect(await one(sources(), "nul")).toBe("a\0b");
  });

  it("of the machine is for the organizations that the settings name alone; a stored one for its own", async () => {
    await mount("b", "of a file");
    const env = { ROTA_SECRET_C: "of the environment" };
    await keep("a", "stored", "a", "team");
    expect((await sources(env).values("team", ["a", "b", "c"])).missing).toEqual(["b", "c"]);
    expect((await sources(env).values("default", ["a", "b", "c"])).missing).toEqual(["a"]);
    expect((await sources(env, ["team"]).values("team", ["a", "b", "c"])).missing).toEqual([]);
    expect(await sources(env).machineSecrets("team")).toEqual([]);
  });

  it("is never the server's own key, by whatever name", async () => {
    const env = { ROTA_SECRET_KEY: "the key", ROTA_SECRET_KEY_FILE: "/the/file" };
    await writeFile(join(folder, "key"), "the key");
    await symlink(join(folder, "key"), join(folder, "mounted", "linked"));
    const names = ["key", "KEY", "key_file", "key-file", "Key.File", "linked"];
    expect((await sources(env).values("default", names)).missing).toEqual(names);
    expect(await sources(env).machineSecrets("default")).toEqual([]);
  });

  it("is looked up as a name, not as a path, and in files only", async () => {
    await writeFile(join(folder, "outside"), "not a secret");
    await mkdir(join(folder, "mounted", "a_folder"));
    execFileSync("python3", [
      "-c",
      "import os, sys; os.mkfifo(sys.argv[1])",
      join(folder, "mounted", "a_pipe"),
    ]);
    await mount("empty", "");
    const names = [
      "../outside",
      "a/../../outside",
      "a_folder",
      "a_pipe",
      "empty",
      "__proto__",
      "constructor",
    ];
    expect((await sources().values("default", names)).missing).toEqual(names);
    expect(await sources().machineSecrets("default")).toEqual([]);
  });

  it("is found behind the links that Kubernetes mounts", async () => {
    await mkdir(join(folder, "mounted", "..data_1"));
    await writeFile(join(folder, "mounted", "..data_1", "token"), "mounted");
    await symlink("..data_1", join(folder, "mounted", "..data"));
    await symlink("..data/token", join(folder, "mounted", "token"));
    expect(await one(sources(), "token")).toBe("mounted");
    expect(await sources({ ROTA_SECRET_X: "1" }).machineSecrets("default")).toEqual([
      { name: "X", source: "environment" },
      { name: "token", source: "file" },
    ]);
  });

  it.each<[string, () => Promise<unknown>, RegExp]>([
    [
      "is no text",
      () => keep("s", Buffer.from([0x66, 0xff, 0x6f])),
      /"s" is no UTF-8 text.*rota secrets set s/,
    ],
    [
      "was moved from another name",
      () => keep("s", "value", "other"),
      /"s" does not open.*altered.*rota secrets set s/,
    ],
    ["is in a file that is too large", () => mount("s", "x".repeat(65_537)), /"s" is larger than 64 KiB/],
  ])("that %s is refused with a sentence without it", async (_, make, sentence) => {
    await make();
    await expect(sources().values("default", ["s"])).rejects.toThrow(sentence);
  });

  // Root may read every file.
  if (process.getuid?.() !== 0)
    it("in a file that the server may not read is refused, not missing", async () => {
      await mount("s", "value");
      await chmod(join(folder, "mounted", "s"), 0);
      await expect(sources().values("default", ["s"])).rejects.toThrow(/"s" cannot be read by the server/);
    });
});
