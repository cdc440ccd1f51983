import { describe, expect, test } from "vitest";
import type { SshTarget } from "../../../src/runs/ports/executor.ts";
import { execute, sh, sharedWorld } from "../world.ts";
import { encryptedKey, makeKeys } from "./remote.ts";
import { servers } from "./servers.ts";

/** What never gets as far as an ssh client, whoever wrote it. */
describe.skipIf(servers.every(({ missing }) => missing !== undefined))("a hostile target", () => {
  const { executor, processes } = sharedWorld();
  const keys = makeKeys();
  const target: SshTarget = {
    host: "127.0.0.1",
    port: 1,
    user: "ops",
    key: keys.key,
    hostKey: keys.hostKey,
    jump: undefined,
  };
  keys.remove();

  const texts = [
    "",
    "-oProxyCommand=touch /tmp/owned",
    "a b",
    "a\tb",
    "a\nProxyCommand touch /tmp/owned",
    "a\r",
    "a\0b",
    "%h",
    'a"b',
    "a'b",
    "$(touch /tmp/owned)",
    "`id`",
    "a;b",
    "a|b",
    "a\\b",
    "a,b",
    "a=b",
    "[::1]",
    "ünïcode",
    "a#b",
    "*",
    "a".repeat(300),
  ];
  test.each(texts)("a host or user %j is refused in a sentence, on the way as well", async (text) => {
    for (const changed of [{ host: text }, { user: text }]) {
      for (const asked of [
        { ...target, ...changed },
        { ...target, jump: { ...target, ...changed } },
      ]) {
        const { outcome } = await sh(executor, "true", { place: { kind: "ssh", target: asked } });
        expect(outcome.end).toBe("not_started");
        expect(outcome.reason).toMatch(
          "host" in changed
            ? /is no host name and no address\.$/
            : /is no name of a user that ssh can be given\.$/,
        );
      }
    }
    expect(processes()).toEqual([]); // not even the keeper had to be started
  });

  test("what looks like a part of the configuration in a host or user that is legal stays what it is", async () => {
    for (const host of ["hop1", "target", "none"]) {
      const { outcome } = await sh(executor, "true", {
        place: { kind: "ssh", target: { ...target, host, jump: { ...target, host: "none", user: "none" } } },
      });
      expect(outcome.end).toBe("not_started");
      expect(outcome.reason).toMatch(/^The name none could not be resolved/);
    }
  });

  const wrong: readonly (readonly [name: string, changed: Partial<SshTarget>, reason: RegExp])[] = [
    ["no host key", { hostKey: "" }, /its host key \(hostKey\) is no public key/],
    ["one with a marker", { hostKey: `@cert-authority ${keys.hostKey}` }, /is no public key/],
    ["one of several lines", { hostKey: `${keys.hostKey}\n* ${keys.hostKey}` }, /is no public key/],
    [
      "one of another type inside",
      { hostKey: keys.hostKey.replace("ssh-ed25519", "ssh-rsa") },
      /is no public key/,
    ],
    ["no key", { key: "secret-text" }, /holds no private key: it must be the whole file/],
    ["a public key", { key: keys.hostKey }, /holds no private key/],
    ["Windows line ends", { key: keys.key.replaceAll("\n", "\r\n") }, /has Windows line ends/],
    [
      "an encrypted PEM",
      { key: "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB\n-----END ENCRYPTED PRIVATE KEY-----\n" },
      /is protected by a passphrase/,
    ],
    [
      "an old encrypted PEM",
      {
        key: "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nMIIB\n-----END RSA PRIVATE KEY-----\n",
      },
      /is protected by a passphrase/,
    ],
    ["an encrypted key", { key: encryptedKey() }, /is protected by a passphrase/],
    [
      "a cut key",
      { key: keys.key.replace(/.{40}\n-----END/, "\n-----END") },
      /^The private key for 127\.0\.0\.1:\d+ could not be read|could not be reached/,
    ],
    ["port 0", { port: 0 }, /^0 is no port/],
    ["port 1.5", { port: 1.5 }, /^1\.5 is no port/],
  ];
  test.each(wrong)(
    "%s is refused in a sentence that holds nothing of the key",
    async (_, changed, reason) => {
      const { outcome } = await sh(executor, "true", {
        place: { kind: "ssh", target: { ...target, ...changed } },
      });
      expect(outcome.end).toBe("not_started");
      expect(outcome.reason).toMatch(reason);
      for (const line of (changed.key ?? target.key)
        .split("\n")
        .filter((one) => one.length > 8 && !one.includes("-----")))
        expect(outcome.reason).not.toContain(line);
    },
  );

  test.each([
    [{ isolation: "required" as const }, /^It asks for full isolation, and on another machine/],
    [{ network: false }, /^It asks for a sandbox without network, and on another machine/],
    [{ env: { "A-B": "1" } }, /^"A-B" is no name of a variable that a shell can be given\.$/],
    [{ env: { rota_end: "1" } }, /^"rota_end" is no name of a variable/],
    [{ env: { A: "a\0b" } }, /a variable holds a null byte/],
    [
      {
        program: {
          kind: "python" as const,
          entry: "step" as const,
          file: "main.py",
          bundle: "/",
          environment: undefined,
        },
      },
      /^Only command lines \(run\) can be run at an ssh provider/,
    ],
  ])("what cannot be had there is a sentence: %j", async (asked, reason) => {
    const place = { kind: "ssh", target } as const;
    const { outcome } =
      "program" in asked
        ? await execute(executor, "/", { ...asked, place })
        : await sh(executor, "true", { place, ...asked });
    expect(outcome).toMatchObject({ end: "not_started", reason: expect.stringMatching(reason) });
  });
});
