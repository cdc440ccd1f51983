import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadSecretKey, parameterSealer, sealWith } from "../../../src/access/index.ts";
import { sealedParametersContext } from "../../../src/core/run/sealed-parameters.ts";
import { memoryStore, type Store } from "../../../src/store/index.ts";
import { newRun, someVersion } from "../../contract/run-store.ts";

let folder: string;
let store: Store;
let told: string[];
let run: string;
const [first, second, third] = [randomBytes(32), randomBytes(32), randomBytes(32)];
const names = ["db-password", "api_token"];
const textOf = (name: string) => `the value of ${name}`;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rota-key-"));
  store = await memoryStore();
  told = [];
  await load(first);
  for (const name of names) await put(name, first);
  const version = someVersion();
  await store.runs.place(version, undefined);
  const made = newRun(version);
  run = made.id;
  const sealed = parameterSealer(first).seal("the parameters", sealedParametersContext(run));
  await store.runs.create([{ ...made, sealed }, newRun(version)], undefined);
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

interface Old {
  readonly oldKeys?: string;
  readonly oldKeyFile?: string;
}
const load = (key: Buffer, { oldKeys, oldKeyFile }: Old = {}, secrets = store.secrets) =>
  loadSecretKey({
    store: store.access,
    secrets,
    dataDir: folder,
    key: key.toString("hex"),
    keyFile: undefined,
    oldKeys,
    oldKeyFile,
    tell: (sentence) => told.push(sentence),
  });
const put = (name: string, key: Buffer, organization = "default") =>
  store.secrets.put({
    secret: {
      organization,
      name,
      sealed: sealWith(key, "stored secrets").seal(Buffer.from(textOf(name)), [organization, name]),
    },
    audit: { at: 1, organization, actor: "a@example.com", object: `secrets:${name}` },
  });
/** What opens with a key, by name. */
const opened = async (key: Buffer): Promise<Record<string, string>> => {
  const seal = sealWith(key, "stored secrets");
  const found: Record<string, string> = {};
  for (const { organization, name, sealed } of (await store.secrets.sealedContents({})).secrets)
    if (sealed.startsWith(`${seal.keyId}.`)) found[name] = seal.open(sealed, [organization, name]).toString();
  const kept = (await store.runs.get("default", run))?.sealed;
  if (kept?.startsWith(`${seal.keyId}.`))
    found.parameters = parameterSealer(key).open(kept, sealedParametersContext(run));
  return found;
};
const all = {
  ...Object.fromEntries(names.map((name) => [name, textOf(name)])),
  parameters: "the parameters",
};

describe("changing the secret key", () => {
  it("seals every value anew; the old key opens nothing and is not needed any more", async () => {
    await load(second, { oldKeys: `${third.toString("hex")}, ${first.toString("base64")}` });
    expect(await opened(second)).toEqual(all);
    expect(await opened(first)).toEqual({});
    expect(told).toEqual([
      "The secret key was changed: 3 stored values were sealed anew, and the old key is not needed any more.",
    ]);
    await load(second);
    await expect(load(first)).rejects.toThrow(/not the one that/);
    expect(told).toHaveLength(1);
  });

  it("takes old keys out of a file, one on each line, even one that was an example", async () => {
    const file = join(folder, "old-keys");
    await writeFile(file, `${Buffer.alloc(32, 7).toString("hex")}\n\n${first.toString("hex")}\n`);
    await load(second, { oldKeyFile: file });
    expect(await opened(second)).toEqual(all);
  });

  it("is refused without the key before, and changes nothing then", async () => {
    await expect(load(second)).rejects.toThrow(/ROTA_OLD_SECRET_KEYS/);
    await expect(load(second, { oldKeys: third.toString("hex") })).rejects.toThrow(/not the one that/);
    await expect(load(second, { oldKeys: "no key" })).rejects.toThrow(/^ROTA_OLD_SECRET_KEYS must hold 32/);
    await expect(load(second, { oldKeyFile: join(folder, "none") })).rejects.toThrow(/cannot be read/);
    await load(first);
    expect(await opened(first)).toEqual(all);
  });

  it("is all or nothing, and simply begins again after a crash", async () => {
    const crashing = {
      sealedContents: store.secrets.sealedContents,
      reseal: async () => {
        throw new Error("crash");
      },
    };
    const old = { oldKeys: first.toString("hex") };
    await expect(load(second, old, crashing as never)).rejects.toThrow("crash");
    expect(await opened(first)).toEqual(all);
    await load(first);
    await load(second, old);
    expect(await opened(second)).toEqual(all);
  });

  it.each(["secrets", "parameters"] as const)(
    "is rolled back whole when some %s were left out",
    async (what) => {
      const forgetful = {
        sealedContents: async () => {
          const contents = await store.secrets.sealedContents({});
          return { ...contents, [what]: contents[what].slice(1) };
        },
        reseal: store.secrets.reseal,
      };
      const old = { oldKeys: first.toString("hex") };
      await expect(load(second, old, forgetful as never)).rejects.toMatchObject({ code: "KEY_MOVED" });
      expect(await opened(first)).toEqual(all);
      await load(first);
    },
  );

  it("leaves what was altered as it is, and says so", async () => {
    await put("moved", third);
    await load(second, { oldKeys: first.toString("hex") });
    expect(await opened(second)).toEqual(all);
    expect(await opened(third)).toEqual({ moved: textOf("moved") });
    expect(told[1]).toMatch(/^1 stored value did not open with the old key either/);
  });
});
