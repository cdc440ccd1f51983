import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { looksTemporary } from "../../../src/core/plan/temporary-name.ts";
import type { MemoryServer } from "../../../src/sync/targets/memory-target.ts";
import { rotaServer } from "../../../src/sync/targets/rota-server/rota-server.ts";
import { syncTargetContract } from "../../contract/sync-target.ts";
import { action, scope } from "../../core/plan/items.ts";
import { samples } from "../../samples.ts";
import { arbitraryOwnWorld, build, type World } from "../arbitrary-world.ts";
import { applyTo, planFor, serverWith } from "../world.ts";
import { wireModel } from "./wire-model.ts";

// The full counts take half a minute on two quiet cores.

const overWire = (fetch: typeof globalThis.fetch) =>
  rotaServer({ address: "http://rota.test", token: "t", organization: "default", fetch });

syncTargetContract("HTTP over the model", async () => ({
  server: overWire(wireModel()),
  close: async () => {},
}));

describe("requests", () => {
  const counting = (model: MemoryServer) => {
    const requests: string[] = [];
    const fetch = wireModel(model);
    const server = overWire((input, init) => {
      requests.push(
        `${init?.method ?? "GET"} ${new URL(String(input)).pathname.replace("/api/default", "")}`,
      );
      return fetch(input, init);
    });
    return { requests, server };
  };

  it("of a plan are one list per kind and the ledger, and one more per item that differs", async () => {
    const items = Array.from({ length: 50 }, (_, index) => action(`a${index}`));
    const model = await serverWith(items.map((item) => ({ item, managedBy: scope })));
    const { requests, server } = counting(model);
    await planFor(server, [action("a0", { env: { LEVEL: "1" } }), ...items.slice(1)]);
    const id = model.items().find(({ name }) => name === "a0")?.id;
    expect(requests.sort()).toEqual([
      "GET /actions",
      `GET /actions/${id}`,
      "GET /providers",
      "GET /service_accounts",
      "GET /syncs",
    ]);
  });

  it("of a change of fields carry no code", async () => {
    const model = await serverWith([{ item: action("a"), managedBy: scope }]);
    const { requests, server } = counting(model);
    await applyTo(server, [action("a", { env: { LEVEL: "1" } })]);
    expect(requests.filter((request) => !request.startsWith("GET"))).toEqual([
      `PUT /actions/${model.items()[0]?.id}`,
      "POST /syncs",
    ]);
  });
});

describe("faults at the HTTP boundary", () => {
  const kinds = ["none", "none", "none", "lost", "late", "busy", "gateway", "cut"] as const;
  type Kind = (typeof kinds)[number];

  /** A network that loses requests, loses answers after they took effect, and proxies that answer instead. */
  const faulty = (fetch: typeof globalThis.fetch, plan: readonly Kind[]): typeof globalThis.fetch => {
    let number = 0;
    return async (input, init) => {
      const kind = plan[number++ % plan.length];
      if (kind === "lost") throw new TypeError("fetch failed");
      if (kind === "busy") return new Response("", { status: 429, headers: { "retry-after": "0" } });
      if (kind === "gateway") return new Response("<html>bad gateway</html>", { status: 502 });
      const response = await fetch(input, init);
      if (kind === "late") throw Object.assign(new Error("no answer"), { name: "TimeoutError" });
      if (kind !== "cut") return response;
      const text = await response.text();
      return new Response(text.slice(0, text.length / 2), { status: response.status });
    };
  };

  const expectConverged = async (model: MemoryServer, world: World) => {
    const after = await planFor(overWire(wireModel(model)), world.desired);
    expect(after.operations).toEqual([]);
    expect(model.items().filter(({ name }) => looksTemporary(name))).toEqual([]);
  };

  it("make an apply fail or succeed, never lie; without them the next one converges", () =>
    fc.assert(
      fc.asyncProperty(
        arbitraryOwnWorld,
        fc.array(fc.constantFrom(...kinds), { minLength: 5, maxLength: 12 }),
        async (world, plan) => {
          const model = await build(world);
          const report = await applyTo(overWire(faulty(wireModel(model), plan)), world.desired).catch(
            (error: unknown) => error,
          );
          if (!(report instanceof Error) && (report as { exitCode: number }).exitCode === 0)
            expect((await planFor(overWire(wireModel(model)), world.desired)).operations).toEqual([]);
          expect(await applyTo(overWire(wireModel(model)), world.desired)).toMatchObject({ exitCode: 0 });
          await expectConverged(model, world);
        },
      ),
      samples(60, 5_000),
    ));

  it("such as a list with one name twice stop before anything is written", async () => {
    const model = await serverWith([{ item: action("a"), managedBy: scope }]);
    const fetch = wireModel(model);
    const before = model.items();
    const twice = overWire(async (input, init) => {
      const response = await fetch(input, init);
      if (!String(input).endsWith("/actions")) return response;
      const [item] = (await response.json()) as object[];
      return Response.json([item, { ...item, id: "other" }]);
    });
    await expect(applyTo(twice, [action("b")])).rejects.toMatchObject({ code: "DUPLICATE_NAMES" });
    expect(model.items()).toEqual(before);
  });

  it("such as a list that is cut off never yield a delete", async () => {
    const model = await serverWith(["a", "b", "c"].map((name) => ({ item: action(name), managedBy: scope })));
    const cut = overWire(faulty(wireModel(model), ["cut"]));
    await expect(applyTo(cut, [action("a")])).rejects.toMatchObject({ code: "BAD_ANSWER" });
    expect(model.items()).toHaveLength(3);
  });

  it("such as one kind that cannot be listed stop the whole", async () => {
    const model = await serverWith([{ item: action("a"), managedBy: scope }]);
    const fetch = wireModel(model);
    const half = overWire(async (input, init) =>
      String(input).includes("service_accounts") ? new Response("", { status: 403 }) : fetch(input, init),
    );
    await expect(applyTo(half, [action("b")])).rejects.toMatchObject({ code: "AUTH" });
    expect(model.items()).toHaveLength(1);
  });
});
