import { describe, expect, it } from "vitest";
import type { DesiredItem } from "../../src/core/plan/plan.ts";
import { defaultPlanOptions } from "../../src/core/plan/plan-options.ts";
import type { ApplyEvent } from "../../src/sync/apply/report.ts";
import { planExitCode } from "../../src/sync/exit-codes.ts";
import { PlanStopped, PreflightError, Refusal, StalePlan } from "../../src/sync/refusal.ts";
import { memoryTarget } from "../../src/sync/targets/memory-target.ts";
import { AuthError, TargetError, UnreachableError } from "../../src/sync/targets/target-error.ts";
import { account, action, provider, scope } from "../core/plan/items.ts";
import { counted, type Fault, faulty } from "./faults.ts";
import { applyTo, desired, planFor, serverWith, stillRuntime } from "./world.ts";

const owned = (...items: readonly DesiredItem[]) => items.map((item) => ({ item, managedBy: scope }));

/** Fails operations on items of these names. */
const failing =
  (error: () => Error, ...names: readonly string[]) =>
  (server: ReturnType<typeof memoryTarget>) => {
    const { target, ledger } = server;
    return {
      ledger,
      target: {
        ...target,
        perform: async (...all: Parameters<typeof target.perform>) => {
          if (names.includes(all[0].name)) throw error();
          return await target.perform(...all);
        },
      },
    };
  };
const refused = () => new TargetError("REFUSED", "no");

describe("a report", () => {
  it("says of every operation what became of it, and how to go on", async () => {
    const server = failing(refused, "b")(await serverWith(owned(action("same"))));
    const report = await applyTo(server, [action("a"), action("b"), action("same")], {
      resume: "rota apply --yes",
    });
    expect(report.items).toMatchObject([
      { name: "a", operation: "create", outcome: "done" },
      { name: "b", operation: "create", outcome: "failed", error: { code: "REFUSED", message: "no" } },
    ]);
    expect(report).toMatchObject({
      unchanged: 1,
      exitCode: 22,
      resume: "rota apply --yes",
      notConverged: "1 item is not as declared",
      ledger: { state: "advanced", generation: 1 },
    });
  });

  it("has nothing to resume when all is done", async () => {
    const report = await applyTo(memoryTarget(), [action("a")]);
    expect(report).toMatchObject({ exitCode: 0, resume: undefined, notConverged: undefined });
    expect(report.after?.operations).toEqual([]);
  });

  it("does not attempt what a failed account would have run as, and does the rest", async () => {
    const server = failing(refused, "sa@x.y")(memoryTarget());
    const items = [account("sa@x.y"), action("needs", { serviceAccount: "SA@x.y" }), action("free")];
    const { items: reports } = await applyTo(server, items);
    expect(reports.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
      "sa@x.y failed",
      "free done",
      "needs not-attempted",
    ]);
  });

  it("does not attempt what a failed provider would have run at, and does the rest", async () => {
    const server = failing(refused, "web")(memoryTarget());
    const steps = (name: string) => ({
      type: "runbook",
      steps: [{ name: "a", run: "true", provider: name }],
    });
    const items = [
      provider("web"),
      provider("db"),
      action("needs", steps("web")),
      action("free", steps("db")),
    ];
    const { items: reports } = await applyTo(server, items);
    expect(
      reports.map((report) => [report.name, report.outcome, "because" in report && report.because]),
    ).toEqual([
      ["db", "done", false],
      ["web", "failed", false],
      ["free", "done", false],
      ["needs", "not-attempted", "its provider web could not be applied"],
    ]);
  });

  it("keeps an account while an action that may use it could not be deleted", async () => {
    const world = owned(action("old"), account("sa@x.y"), action("kept"));
    const server = failing(refused, "old")(await serverWith(world));
    const { items } = await applyTo(server, [action("kept")]);
    expect(items.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
      "old failed",
      "sa@x.y not-attempted",
    ]);
  });

  it.each([
    ["the token is refused", () => new AuthError("unknown token"), 20],
    ["nothing answers", () => new UnreachableError("refused", { notSent: true }), 21],
  ])("does not go on where %s, and exits %#", async (_, error, exitCode) => {
    const accounts = Array.from({ length: 3 }, (_, index) => account(`${index}@x.y`));
    const names = accounts.map(({ name }) => name);
    const server = failing(error, ...names)(memoryTarget());
    const report = await applyTo(server, [...accounts, action("a")]);
    expect(report.exitCode).toBe(exitCode);
    expect(report.items.at(-1)).toMatchObject({ name: "a", outcome: "not-attempted" });
  });

  it("reads back what it wrote: a server that says yes and keeps something else is told", async () => {
    const server = memoryTarget();
    const { target, ledger } = server;
    const lying = {
      ledger,
      target: {
        ...target,
        perform: (...[operation, item, ...rest]: Parameters<typeof target.perform>) =>
          target.perform(
            operation,
            item && { ...item, digest: "f".repeat(64), fields: { type: "x" } },
            ...rest,
          ),
      },
    };
    const report = await applyTo(lying, [action("a")]);
    expect(report.items).toMatchObject(
      [{ outcome: "failed", error: { message: /not what was sent/ } }].map((item) => ({
        ...item,
        error: { message: expect.stringMatching(item.error.message) },
      })),
    );
    expect(report.exitCode).toBe(22);
  });
});

describe("before the first write", () => {
  const nothingWritten = (server: ReturnType<typeof counted>) =>
    expect(server.calls.filter(({ writes }) => writes)).toEqual([]);

  it("stops at foreign items and conflicts with exit 12, at rails with exit 13", async () => {
    const foreign = counted(await serverWith([{ item: action("a"), managedBy: undefined }]));
    await expect(applyTo(foreign, [action("a")])).rejects.toMatchObject({ exitCode: 12, code: "CONFLICT" });
    nothingWritten(foreign);
    const many = counted(await serverWith(owned(...["a", "b", "c", "d"].map((name) => action(name)))));
    const options = { ...defaultPlanOptions, prune: true };
    const stopped = applyTo(many, [action("a")], { options });
    await expect(stopped).rejects.toThrow(PlanStopped);
    await expect(stopped).rejects.toMatchObject({
      exitCode: 13,
      message: expect.stringContaining("--allow-deletes"),
    });
    nothingWritten(many);
    expect(planExitCode(await planFor(many, [action("a")], { options }), { detailed: false })).toBe(13);
  });

  it("names the missing service accounts with the lines to add", async () => {
    const server = counted(memoryTarget());
    const applied = applyTo(server, [action("a", { serviceAccount: "sa@x.y" })]);
    await expect(applied).rejects.toThrow(PreflightError);
    await expect(applied).rejects.toMatchObject({
      exitCode: 3,
      problems: ["service account sa@x.y does not exist (a)"],
      hint: expect.stringContaining(
        'serviceAccounts:\n  sa@x.y:\n    permissions: [{ object: "action_scripts:_all_default", permission: AllowGet }]',
      ),
    });
    nothingWritten(server);
  });

  it("shows a missing service account in the plan already", async () => {
    const items = ["a", "b", "c", "d", "e"].map((name) => action(name, { serviceAccount: "sa@x.y" }));
    const plan = await planFor(memoryTarget(), items);
    expect(plan.warnings).toEqual([
      "service account sa@x.y does not exist (a, b, c and 2 more actions): apply refuses until it is declared in " +
        'rota.yaml, serviceAccounts: { sa@x.y: { permissions: [{ object: "action_scripts:_all_default", ' +
        "permission: AllowGet }] } }, or made on the server",
    ]);
    expect((await planFor(memoryTarget(), [...items, account("sa@x.y")])).warnings).toEqual([]);
  });

  it("takes an account that exists, whoever made it, but not one that it is about to delete", async () => {
    const item = action("a", { serviceAccount: "sa@x.y" });
    const made = await serverWith([{ item: account("sa@x.y"), managedBy: undefined }]);
    expect((await applyTo(made, [item])).exitCode).toBe(0);
    const going = await serverWith(owned(account("sa@x.y")));
    await expect(applyTo(going, [item])).rejects.toThrow(PreflightError);
  });

  it("builds every bundle that has to travel, and no other", async () => {
    const items = [action("broken"), action("fine"), action("same")];
    const server = counted(await serverWith(owned(action("same"), action("fine", { env: { A: "1" } }))));
    const built: string[] = [];
    const load = async () =>
      desired(items, {
        source: ({ name }) => ({
          bundle: async () => {
            built.push(name);
            if (name === "broken") throw new Error("a symbolic link cannot be bundled");
            return new Uint8Array();
          },
          manifest: async () => undefined,
        }),
      });
    await expect(applyTo(server, items, { load })).rejects.toMatchObject({
      problems: ["action broken: a symbolic link cannot be bundled"],
    });
    expect(built).toEqual(["broken"]);
    nothingWritten(server);
  });

  it("asks with the plan; a no writes nothing", async () => {
    const server = counted(memoryTarget());
    const approve = async () => {
      throw new Refusal("DECLINED", 130, "Nothing was applied");
    };
    await expect(applyTo(server, [action("a")], { approve })).rejects.toMatchObject({ code: "DECLINED" });
    nothingWritten(server);
    await applyTo(await serverWith(owned(action("a"))), [action("a")], { approve });
  });

  it("needs a written scope to prune", async () => {
    const load = async () => desired([action("a")], { scopeWritten: false });
    await expect(planFor(memoryTarget(), [], { load })).rejects.toMatchObject({ exitCode: 2 });
  });
});

describe("a saved plan", () => {
  const items = [action("a")];

  it("is applied when it is what would be done now", async () => {
    const server = memoryTarget();
    const saved = await planFor(server, items);
    expect((await applyTo(server, items, { saved })).exitCode).toBe(0);
  });

  it.each([
    ["git moved", memoryTarget, [action("a"), action("b")]],
    ["the server moved", () => serverWith(owned(action("a"))), items],
    ["somebody applied", () => serverWith([], [action("x")]), items],
  ])("is stale when %s", async (_, now, itemsNow) => {
    const saved = await planFor(memoryTarget(), items);
    const server = counted(await now());
    const applied = applyTo(server, itemsNow, { saved });
    await expect(applied).rejects.toThrow(StalePlan);
    await expect(applied).rejects.toMatchObject({ exitCode: 14 });
    expect(server.calls.filter(({ writes }) => writes)).toEqual([]);
  });
});

describe("retries", () => {
  const once = (error: TargetError, verb: string): Fault => {
    let done = false;
    return async (call, proceed) => {
      if (done || call.verb !== verb) return await proceed();
      done = true;
      throw error;
    };
  };

  it("wait at least as long as the server asks, and jitter otherwise", async () => {
    const slept: number[] = [];
    const runtime = { ...stillRuntime, sleep: async (span: number) => void slept.push(span) };
    const busy = new TargetError("RATE_LIMITED", "later", { retryAfter: 3000 });
    await applyTo(faulty(memoryTarget(), once(busy, "perform")), [action("a")], { runtime });
    const broken = new TargetError("SERVER_FAILED", "status 503");
    await applyTo(faulty(memoryTarget(), once(broken, "list")), [action("a")], { runtime });
    expect(slept).toEqual([3000, 125]);
  });

  it("are not made for what the input is to blame for", async () => {
    const server = faulty(memoryTarget(), once(refused(), "perform"));
    const report = await applyTo(server, [action("a")]);
    expect(report.items).toMatchObject([{ outcome: "failed" }]);
    expect(server.calls.filter(({ verb }) => verb === "perform")).toHaveLength(1);
  });

  it("end with the run's budget, not with each item's", async () => {
    let waited = 0;
    const runtime = {
      ...stillRuntime,
      sleep: async (span: number) => {
        waited += span;
      },
    };
    const down: Fault = async (call, proceed) => {
      if (call.verb === "perform") throw new TargetError("RATE_LIMITED", "later", { retryAfter: 20_000 });
      return await proceed();
    };
    const items = Array.from({ length: 20 }, (_, index) => action(`a${index}`));
    const report = await applyTo(faulty(memoryTarget(), down), items, { runtime });
    expect(report.items.every(({ outcome }) => outcome === "failed")).toBe(true);
    expect(waited).toBeLessThanOrEqual(90_000);
  });
});

describe("stopping", () => {
  it("starts nothing more, finishes what is in flight, records it, and exits 143", async () => {
    const server = memoryTarget();
    const stop = new AbortController();
    const items = [account("first@x.y"), ...Array.from({ length: 3 }, (_, index) => action(`a${index}`))];
    const onEvent = (event: ApplyEvent) => {
      if (event.event === "started") stop.abort("SIGTERM");
    };
    const report = await applyTo(server, items, { signal: stop.signal, onEvent });
    expect(report.items.map(({ outcome }) => outcome)).toEqual(["done", ...Array(3).fill("not-attempted")]);
    expect(report).toMatchObject({
      exitCode: 143,
      cancelledBy: "SIGTERM",
      after: undefined,
      resume: "rota apply",
    });
    expect((await server.ledger.read(scope))?.items.map(({ name }) => name)).toEqual(["first@x.y"]);
    expect((await applyTo(server, items)).exitCode).toBe(0);
  });
});

describe("the ledger", () => {
  it("records commit and items of a whole apply, and drops what is gone", async () => {
    const server = await serverWith(owned(action("a"), action("b")), [
      action("a"),
      action("b"),
      action("ghost"),
    ]);
    await applyTo(server, [action("a"), action("c")]);
    const applied = await server.ledger.read(scope);
    expect(applied).toMatchObject({ generation: 2, commit: desired([action("a"), action("c")]).commit });
    expect(applied?.items.map(({ name }) => name)).toEqual(["a", "c"]);
  });

  it("keeps the commit and the failed items' entries of a partial apply", async () => {
    const old = action("b");
    const server = await serverWith(owned(old), [old]);
    await applyTo(failing(refused, "b")(server), [action("a"), action("b", { env: { A: "1" } })]);
    const applied = await server.ledger.read(scope);
    expect(applied).toMatchObject({ generation: 2, commit: "0".repeat(40) });
    expect(applied?.items.map(({ name, digest }) => [name, digest === old.digest])).toEqual([
      ["a", false],
      ["b", true],
    ]);
  });

  it("tells when another apply moved it first: exit 23", async () => {
    const server = memoryTarget();
    const { target, ledger } = server;
    const report = await applyTo({ target, ledger: { ...ledger, advance: async () => false } }, [
      action("a"),
    ]);
    expect(report).toMatchObject({ exitCode: 23, ledger: { state: "lost" } });
  });

  it("knows its own success when only the answer was lost", async () => {
    const server = memoryTarget();
    let lost = false;
    const fault: Fault = async (call, proceed) => {
      const answer = await proceed();
      if (call.verb !== "advance" || lost) return answer;
      lost = true;
      throw new UnreachableError("the answer was lost");
    };
    const report = await applyTo(faulty(server, fault), [action("a")]);
    expect(report).toMatchObject({ exitCode: 0, ledger: { state: "advanced", generation: 1 } });
  });
});

describe("events", () => {
  it("tell the way of an apply in order", async () => {
    const events: string[] = [];
    const onEvent = (event: ApplyEvent) => {
      events.push(event.event === "ended" ? `ended ${event.done}/${event.total}` : event.event);
    };
    await applyTo(memoryTarget(), [action("a")], { onEvent });
    expect(events).toEqual(["planned", "preflight", "started", "ended 1/1", "ledger", "verifying"]);
  });
});
