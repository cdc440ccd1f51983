import { createHash, randomBytes } from "node:crypto";
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadSecretKey, SecretKeyError } from "../../src/access/index.ts";

let dataDir: string;
let check: string | undefined;
const store = {
  keyCheck: async () => check,
  setKeyCheck: async ({ text }: { text: string }) => {
    check = text;
  },
};
const nothingSealed = {
  sealedContents: async () => ({ secrets: [], parameters: [], auditKeys: [] }),
  reseal: async ({ to }: { to: string }) => {
    check = to;
  },
};
const load = (more: { key?: string; keyFile?: string } = {}) =>
  loadSecretKey({
    store,
    secrets: nothingSealed,
    dataDir,
    key: more.key,
    keyFile: more.keyFile,
    oldKeys: undefined,
    oldKeyFile: undefined,
    tell: () => undefined,
  });

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "rota-key-"));
  check = undefined;
});
afterEach(() => rm(dataDir, { recursive: true }));

describe("the secret key", () => {
  it("is made at the first start, for the owner's eyes, and found again", async () => {
    const key = await load();
    expect(key).toHaveLength(32);
    expect((await stat(join(dataDir, "secret.key"))).mode & 0o777).toBe(0o600);
    expect(await load()).toEqual(key);
    expect(check).not.toContain(key.toString("hex"));
  });

  it("comes from the settings in hex or base64, or out of a file, and is written nowhere", async () => {
    const key = randomBytes(32);
    const keyFile = join(dataDir, "mounted");
    await writeFile(keyFile, `${key.toString("base64")}\n`);
    expect(await load({ key: key.toString("hex") })).toEqual(key);
    expect(await load({ key: key.toString("base64url") })).toEqual(key);
    expect(await load({ keyFile })).toEqual(key);
    await expect(readFile(join(dataDir, "secret.key"))).rejects.toThrow("ENOENT");
  });

  it("is refused when it is not the one that the store was made with", async () => {
    await load();
    await expect(load({ key: randomBytes(32).toString("hex") })).rejects.toThrow(/not the one/);
  });

  it("is not made anew for a store that had one", async () => {
    await load();
    await rm(join(dataDir, "secret.key"));
    await expect(load()).rejects.toThrow(/is missing/);
  });

  it("is refused when others can read its file", async () => {
    await load();
    await chmod(join(dataDir, "secret.key"), 0o644);
    await expect(load()).rejects.toThrow(/chmod 600/);
  });

  it.each([
    ["zeros", Buffer.alloc(32)],
    ["a text over and over", Buffer.from("changeme".repeat(4))],
    ["counting", Buffer.from(Array.from({ length: 32 }, (_, index) => index))],
    ["counting in hex", Buffer.from("0123456789abcdef".repeat(4), "hex")],
    ["pairs of digits, twice", Buffer.from("00112233445566778899aabbccddeeff".repeat(2), "hex")],
    ["a sentence", Buffer.from("This is the secret key of Rota!!")],
    [
      "a key of a standard",
      Buffer.from("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4", "hex"),
    ],
    ["a digest of a word", createHash("sha256").update("changeme").digest()],
  ])("is refused when it is %s", async (_, key) => {
    await expect(load({ key: key.toString("hex") })).rejects.toThrow(/looks like an example/);
    await expect(load({ key: key.toString("base64") })).rejects.toThrow(SecretKeyError);
  });

  it("is refused without repeating it when it is no key at all", async () => {
    const wrong = `${randomBytes(31).toString("hex")}`;
    await expect(load({ key: wrong })).rejects.toThrow(/32 random bytes/);
    await expect(load({ key: wrong })).rejects.not.toThrow(wrong);
    await expect(load({ keyFile: join(dataDir, "none") })).rejects.toThrow(/cannot be read/);
  });
});
