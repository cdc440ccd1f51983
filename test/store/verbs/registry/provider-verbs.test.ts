import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { providerDigest } from "../../../../src/core/action/canonical-provider.ts";
import type { Provider } from "../../../../src/core/action/provider.ts";
import type { Expected } from "../../../../src/registry/ports.ts";
import { memoryStore, type Store } from "../../../../src/store/index.ts";

let store: Store;
beforeEach(async () => {
  store = await memoryStore();
});
afterEach(() => store.close());

const organization = "default";
const host: Provider = { kind: "host", user: "ops" };
const http: Provider = {
  kind: "http",
  baseUrl: "https://api.example.com",
  headers: { Authorization: { secret: "api_token" } },
};
const ssh = (jump: string | undefined): Provider => ({
  kind: "ssh",
  host: "web-1.example.com",
  port: 22,
  user: "ops",
  key: { secret: "key" },
  hostKey: `ssh-ed25519 ${"A".repeat(68)}`,
  jump,
});
let now = 0;
const put = (
  name: string,
  provider: Provider,
  expect: Expected = "nothing",
  managedBy?: string | null | undefined,
) =>
  store.registry.putProvider({
    organization,
    name,
    provider,
    managedBy,
    expect,
    actor: `writer-${++now}@example.com`,
    now,
  });
const remove = (name: string, expectEtag?: string) =>
  store.registry.removeProvider({
    organization,
    name,
    expectEtag,
    actor: "remover@example.com",
    now: ++now,
  });
const find = (name: string) => store.registry.findProvider({ organization, name });

describe("providers", () => {
  it("come back as they were written, by name, in their own organization only", async () => {
    await put("z", ssh("a"));
    await put("a", http, "nothing", "acme/ops");
    expect(await store.registry.listProviders({ organization })).toMatchObject([
      { name: "a", provider: http, digest: providerDigest(http), managedBy: "acme/ops" },
      { name: "z", provider: ssh("a"), digest: providerDigest(ssh("a")), managedBy: undefined },
    ]);
    expect(await store.registry.findProvider({ organization: "other", name: "a" })).toBeUndefined();
    expect(await store.registry.listProviders({ organization: "other" })).toEqual([]);
  });

  it("keep who made them, and say who changed them and when", async () => {
    await put("a", host);
    const before = await find("a");
    await put("a", http, "anything");
    const after = await find("a");
    expect(after).toMatchObject({ createdBy: before?.createdBy, createdAt: before?.createdAt });
    expect(after?.updatedBy).not.toBe(before?.updatedBy);
    expect(after?.updatedAt).not.toBe(before?.updatedAt);
  });

  it("are written only over what was expected", async () => {
    expect((await put("a", host, "anything")).outcome).toBe("missing");
    expect((await put("a", host, { etag: "1-a" })).outcome).toBe("missing");
    await put("a", host);
    const etag = (await find("a"))?.etag as string;
    expect((await put("a", http)).outcome).toBe("exists");
    expect((await put("a", http, { etag })).outcome).toBe("written");
    expect((await put("a", host, { etag })).outcome).toBe("stale");
    expect(await remove("a", etag)).toBe("stale");
    expect(await find("a")).toMatchObject({ provider: http });
  });

  it("go, once; what is made anew has another ETag", async () => {
    await put("a", host);
    const before = await find("a");
    expect(await remove("a", before?.etag)).toBe("removed");
    expect(await remove("a")).toBe("missing");
    await put("a", host);
    expect((await find("a"))?.etag).not.toBe(before?.etag);
  });

  it("lead back to themselves by no jump; a circle of others is no reason", async () => {
    await put("a", ssh("b"));
    await put("b", ssh("c"));
    expect((await put("c", ssh("a"))).outcome).toBe("circle");
    expect((await put("d", ssh("d"))).outcome).toBe("circle");
    expect((await put("d", ssh("c"))).outcome).toBe("written");
  });

  it("leave a trace of each write, and of none that was refused", async () => {
    await put("a", host);
    await put("a", http);
    await put("a", http, "anything");
    await remove("a", "other");
    await remove("a");
    const audit = await store.access.readAudit({ organization, before: undefined, limit: 10 });
    expect(audit.map(({ action, object, actor }) => [action, object, actor.split("-")[0]])).toEqual([
      ["delete", "providers:a", "remover@example.com"],
      ["update", "providers:a", "writer"],
      ["create", "providers:a", "writer"],
    ]);
  });
});
