import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { providerDigest } from "../../../src/core/action/canonical-provider.ts";
import type { Provider } from "../../../src/core/action/provider.ts";
import { createExecutor } from "../../../src/executor/index.ts";
import { tryProvider } from "../../../src/runs/index.ts";
import type { SshTarget } from "../../../src/runs/ports/executor.ts";
import { remoteOf, servers } from "../../executor/ssh/servers.ts";

const dataDir = mkdtempSync(join(tmpdir(), "rota-try-"));
const executor = createExecutor({ dataDir });
afterAll(async () => {
  await executor.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

let runs = 0;
/** Tries one of these providers, with these values of secrets. */
const tried = (
  name: string,
  declared: Readonly<Record<string, Provider>>,
  values: Readonly<Record<string, string>>,
) =>
  tryProvider(
    {
      executor,
      providers: {
        find: async (_, wanted) => {
          const provider = declared[wanted];
          return provider && { name: wanted, provider, digest: providerDigest(provider) };
        },
      },
      secrets: { values: async () => ({ values: new Map(Object.entries(values)), missing: [] }) },
    },
    { organization: "default", name, run: `try-${++runs}`, signal: new AbortController().signal },
  );

describe.each(servers)("a try of a machine with $name", (kind) => {
  describe.skipIf(kind.missing !== undefined)("over a real connection", () => {
    const remote = remoteOf(kind);
    const provider = ({ host, port, user, hostKey }: SshTarget, more: Partial<SshTarget> = {}) =>
      ({
        kind: "ssh",
        ...{ host, port, user, hostKey, ...more },
        key: { secret: "key" },
        jump: undefined,
      }) as const;

    it("gets there with its key, and leaves no connection behind", async () => {
      const { target, open } = remote();
      expect(await tried("web", { web: provider(target) }, { key: target.key })).toMatchObject({
        kind: "ssh",
        reachable: true,
        message: "A command ran there.",
      });
      await expect.poll(open).toBe(0);
    });

    it("goes through another machine", async () => {
      const { target } = remote();
      const declared = { web: { ...provider(target), jump: "bastion" }, bastion: provider(target) };
      expect(await tried("web", declared, { key: target.key })).toMatchObject({ reachable: true });
    });

    it("says what is wrong where the machine or the key is another, and tells nothing of the key", async () => {
      const { target } = remote();
      const other = `ssh-ed25519 ${"A".repeat(66)}==`;
      const machine = await tried("web", { web: provider(target, { hostKey: other }) }, { key: target.key });
      expect(machine).toMatchObject({ reachable: false });
      expect(machine?.message).toMatch(/host key/i);
      const key = await tried("web", { web: provider(target) }, { key: "no key at all" });
      expect(key).toMatchObject({ reachable: false });
      expect(key?.message).not.toContain("no key at all");
    });
  });
});
