import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { itemKey } from "../../src/core/plan/pair.ts";
import { looksTemporary } from "../../src/core/plan/temporary-name.ts";
import type { LiveServer } from "../../src/sync/ports.ts";
import { PlanStopped } from "../../src/sync/refusal.ts";
import { TargetError } from "../../src/sync/targets/target-error.ts";
import { scope } from "../core/plan/items.ts";
import { samples } from "../samples.ts";
import { arbitraryOwnWorld, arbitraryWorld, build, type World } from "./arbitrary-world.ts";
import { counted, crashingAt, type Fault, faulty } from "./faults.ts";
import { allowAll, applyTo, planFor } from "./world.ts";

// The full counts take half a minute on two quiet cores.

/** What is on the server, as git would say it, must be what git says and what prune spares. */
const expectConverged = async (world: World, server: Awaited<ReturnType<typeof build>>) => {
  const after = await planFor(server, world.desired);
  expect(after.operations).toEqual([]);
  expect(after.findings.filter(({ stops }) => stops)).toEqual([]);
  const owned = server.items().filter(({ managedBy }) => managedBy === scope);
  expect(
    owned
      .filter(({ protect }) => !protect)
      .map(({ digest }) => digest)
      .sort(),
  ).toEqual(world.desired.map(({ digest }) => digest).sort());
};

describe("apply, on any world", () => {
  it("converges, and a second apply writes nothing", () =>
    fc.assert(
      fc.asyncProperty(arbitraryOwnWorld, async (world) => {
        const server = await build(world);
        const report = await applyTo(server, world.desired);
        expect(report).toMatchObject({ exitCode: 0, notConverged: undefined });
        await expectConverged(world, server);
        const before = server.items();
        const again = counted(server);
        expect(await applyTo(again, world.desired)).toMatchObject({
          exitCode: 0,
          ledger: { state: "unchanged" },
        });
        expect(again.calls.filter(({ writes }) => writes)).toEqual([]);
        expect(server.items()).toEqual(before);
      }),
      samples(150, 20_000),
    ));

  it("touches nothing foreign: refuses as a whole, or leaves it byte for byte", () =>
    fc.assert(
      fc.asyncProperty(arbitraryWorld(), async (world) => {
        const server = await build(world);
        const before = server.items();
        const outcome = await applyTo(server, world.desired).catch((error: unknown) => error);
        const isForeign = ({ managedBy }: { managedBy: string | undefined }) => managedBy !== scope;
        expect(server.items().filter(isForeign)).toEqual(before.filter(isForeign));
        const foreign = new Set(before.filter(isForeign).map(itemKey));
        const claimed = world.desired.some((item) => foreign.has(itemKey(item)));
        expect(outcome instanceof PlanStopped).toBe(claimed);
        if (claimed) expect(server.items()).toEqual(before);
      }),
      samples(150, 20_000),
    ));

  it("takes foreign items over when they are named, and only then", () =>
    fc.assert(
      fc.asyncProperty(arbitraryWorld(), async (world) => {
        const server = await build(world);
        const adopt = world.desired.map(({ name }) => name);
        const report = await applyTo(server, world.desired, { options: { ...allowAll, adopt } });
        expect(report.exitCode).toBe(0);
        await expectConverged(world, server);
      }),
      samples(100, 10_000),
    ));

  it("leaves nothing of a replace behind", () =>
    fc.assert(
      fc.asyncProperty(arbitraryOwnWorld, async (world) => {
        const server = await build(world);
        await applyTo(server, world.desired);
        expect(server.items().filter(({ name, protect }) => looksTemporary(name) && !protect)).toEqual([]);
      }),
      samples(100, 10_000),
    ));
});

describe("a crash at every call boundary", () => {
  it("is survived: the next apply converges, and what is protected or foreign is still there", () =>
    fc.assert(
      fc.asyncProperty(arbitraryOwnWorld, async (world) => {
        const clean = counted(await build(world));
        await applyTo(clean, world.desired);
        for (let k = 1; k <= clean.calls.length; k++) {
          for (const when of ["before", "after"] as const) {
            const server = await build(world);
            await applyTo(faulty(server, crashingAt(k, when)), world.desired).catch(() => undefined);
            const owned = new Set(server.items().map(({ name }) => name));
            // A declared action that was live never vanishes: one half of a replace is always there.
            for (const { item } of world.live)
              if (world.desired.some(({ name }) => name === item.name))
                expect(owned.has(item.name) || [...owned].some(looksTemporary)).toBe(true);
            const report = await applyTo(server, world.desired);
            expect({ k, when, exit: report.exitCode }).toEqual({ k, when, exit: 0 });
            await expectConverged(world, server);
          }
        }
      }),
      samples(15, 500),
    ));
});

describe("a server that fails now and then", () => {
  const kinds = ["none", "none", "none", "none", "lost", "late", "busy", "broken"] as const;
  const unreliable =
    (plan: readonly (typeof kinds)[number][]): Fault =>
    async (call, proceed) => {
      const kind = plan[call.number % plan.length] ?? "none";
      if (kind === "lost") throw new TargetError("UNREACHABLE", "the request was lost");
      if (kind === "busy") throw new TargetError("RATE_LIMITED", "too many requests", { retryAfter: 10 });
      if (kind === "broken") throw new TargetError("SERVER_FAILED", "status 502");
      const answer = await proceed();
      if (kind === "late") throw new TargetError("UNREACHABLE", "the answer was lost");
      return answer;
    };

  it("is never sent a create blindly twice", () =>
    fc.assert(
      fc.asyncProperty(
        arbitraryOwnWorld,
        fc.array(fc.constantFrom(...kinds), { minLength: 5, maxLength: 12 }),
        async (world, plan) => {
          fc.pre(plan.includes("none"));
          const server = await build(world);
          const blind: string[] = [];
          const spy: LiveServer = {
            ledger: server.ledger,
            target: {
              ...server.target,
              perform: (...all) => {
                const key = itemKey(all[0]);
                const exists = server.items().some((item) => itemKey(item) === key);
                if (all[0].operation === "create" && exists) blind.push(key);
                return server.target.perform(...all);
              },
            },
          };
          const report = await applyTo(faulty(spy, unreliable(plan)), world.desired).catch((error) => error);
          expect(blind).toEqual([]);
          if (!(report instanceof Error) && report.exitCode === 0) await expectConverged(world, server);
        },
      ),
      samples(150, 20_000),
    ));
});

describe("two engines at once", () => {
  it("never lose an owned item silently", () =>
    fc.assert(
      fc.asyncProperty(
        arbitraryOwnWorld,
        arbitraryOwnWorld.map(({ desired }) => desired),
        fc.scheduler(),
        async (world, otherDesired, scheduler) => {
          const server = await build(world);
          const interleaved = () =>
            faulty(server, (call, proceed) => scheduler.schedule(Promise.resolve(), call.verb).then(proceed));
          const before = server.items();
          const both = Promise.all(
            [world.desired, otherDesired].map((items) =>
              applyTo(interleaved(), items).catch((error: unknown) => error),
            ),
          );
          const ended = await scheduler.waitFor(both);
          const told = new Set(
            ended.flatMap((report) =>
              report instanceof Error || !(report as { items?: unknown }).items
                ? []
                : (report as Awaited<ReturnType<typeof applyTo>>).items
                    .filter(({ operation }) => operation === "delete" || operation === "replace")
                    .map(itemKey),
            ),
          );
          const left = new Set(server.items().map(({ id }) => id));
          const lost = before.filter((item) => !left.has(item.id) && !told.has(itemKey(item)));
          expect(lost.filter(({ name }) => !looksTemporary(name))).toEqual([]);
          expect(new Set(server.items().map(itemKey)).size).toBe(left.size);
          const report = await applyTo(server, world.desired);
          expect(report.exitCode).toBe(0);
          await expectConverged(world, server);
        },
      ),
      samples(100, 10_000),
    ));
});
