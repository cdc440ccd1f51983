import { describe, expect, it } from "vitest";
import { pair } from "../../../src/core/plan/pair.ts";
import { temporaryName } from "../../../src/core/plan/temporary-name.ts";
import { account, action, ledger, live, planned, provider, scope } from "./items.ts";

const prune = { options: { prune: true } };
const kept = action("kept");
const short = (world: Parameters<typeof planned>[0]) => {
  const { plan } = planned(world);
  return [
    ...plan.operations.map(({ operation, name }) => `${operation} ${name}`),
    ...plan.findings.map(({ finding, name }) => `${finding} ${name}`),
  ];
};

describe("what a pair comes to", () => {
  const one = action("a", { env: { LEVEL: "1" } });
  const two = action("a", { env: { LEVEL: "2" } });
  const three = action("a", { env: { LEVEL: "3" } });

  it.each([
    ["only in git", { desired: [one] }, ["create a"]],
    ["in git and the ledger, removed by hand", { desired: [one], applied: ledger(one) }, ["create a"]],
    ["the same on both sides", { desired: [one], live: [live(one)] }, []],
    ["git moved", { desired: [two], live: [live(one)], applied: ledger(one) }, ["update a"]],
    ["live moved", { desired: [one], live: [live(two)], applied: ledger(one) }, ["update a"]],
    ["both moved", { desired: [two], live: [live(three)], applied: ledger(one) }, ["conflict a"]],
    ["both moved to the same", { desired: [two], live: [live(two)], applied: ledger(one) }, []],
    ["they differ and no ledger says who moved", { desired: [two], live: [live(one)] }, ["update a"]],
    ["foreign", { desired: [one], live: [live(one, { managedBy: undefined })] }, ["adopt-needed a"]],
    ["of another scope", { desired: [one], live: [live(one, { managedBy: "x" })] }, ["adopt-needed a"]],
    ["foreign and not in git", { desired: [kept], live: [live(kept), live(one, { managedBy: "x" })] }, []],
    ["owned, absent, prune off", { desired: [kept], live: [live(kept), live(one)] }, ["orphaned a"]],
    ["owned, absent, prune on", { desired: [kept], live: [live(kept), live(one)], ...prune }, ["delete a"]],
    [
      "absent in git, changed on the server",
      { desired: [kept], live: [live(kept), live(two)], applied: ledger(kept, one), ...prune },
      ["conflict a"],
    ],
    [
      "absent and protected",
      { desired: [kept], live: [live(kept), live(one, { protect: true })], ...prune },
      ["protected a"],
    ],
    [
      "another type",
      { desired: [action("a", { type: "realtime" })], live: [live(one)], applied: ledger(one) },
      ["replace a"],
    ],
    [
      "another type but protected",
      { desired: [action("a", { type: "realtime", protect: true })], live: [live(one)] },
      ["protected a"],
    ],
  ])("%s", (_, world, expected) => {
    expect(short(world)).toEqual(expected);
  });

  it("says drift where only live moved, and where live vanished", () => {
    const moved = planned({ desired: [one], live: [live(two)], applied: ledger(one) }).plan.operations[0];
    expect(moved).toMatchObject({
      operation: "update",
      drift: true,
      reason: "drift: it was changed on the server",
    });
    const vanished = planned({ desired: [one], applied: ledger(one) }).plan.operations[0];
    expect(vanished).toMatchObject({ operation: "create", drift: true });
    const plain = planned({ desired: [two], live: [live(one)], applied: ledger(one) }).plan.operations[0];
    expect(plain).toMatchObject({ drift: false, reason: undefined });
  });

  it("lets git win a conflict by flag, and records the reason", () => {
    const options = { takeGit: { reason: "hand-made change is wrong" } };
    const { plan } = planned({ desired: [two], live: [live(three)], applied: ledger(one), options });
    expect(plan.operations).toHaveLength(1);
    expect(plan.overrides).toEqual([
      { flag: "--on-conflict take-git", reason: "a: hand-made change is wrong" },
    ]);
  });

  it("adopts by name, says from whom, and warns of a name that nothing has", () => {
    const foreign = live(one, { managedBy: undefined });
    const { plan } = planned({ desired: [one], live: [foreign], options: { adopt: ["a", "b"] } });
    expect(plan.operations[0]).toMatchObject({
      operation: "update",
      reason: "adopt",
      fields: [{ path: "managedBy", before: undefined, after: scope }],
      codeChanged: false,
    });
    expect(plan.overrides).toEqual([{ flag: "--adopt a", reason: "it was not made by Rota" }]);
    expect(plan.warnings).toEqual(["--adopt b: nothing of this name is there to take over"]);
  });

  it("names the scope that an adopted item is taken from, and says what a conflict is about", () => {
    const world = { desired: [one], live: [live(one, { managedBy: "team-x" })] };
    expect(planned(world).plan.findings[0]?.message).toContain("belongs to scope team-x; --adopt a");
    const taken = planned({ ...world, options: { adopt: ["a"] } }).plan;
    expect(taken.overrides).toEqual([{ flag: "--adopt a", reason: "it belonged to scope team-x" }]);
    const code = action("a", { env: { LEVEL: "2" } }, "print(2)");
    const both = planned({ desired: [code], live: [live(three)], applied: ledger(one) }).plan;
    expect(both.findings[0]?.message).toContain("they differ in env.LEVEL, code.");
  });

  it("counts taking over by replacing as deleting, where nothing is owned yet too", () => {
    const names = ["a", "b", "c"];
    const { plan } = planned({
      desired: names.map((name) => action(name, { type: "realtime" })),
      live: names.map((name) => live(action(name), { managedBy: undefined })),
      options: { adopt: names },
    });
    expect(plan.rails.map(({ message }) => message)).toEqual([expect.stringContaining("3 of 0 owned")]);
  });

  it("treats a live item whose type is unknown as another one", () => {
    const { type: _, ...fields } = one.fields;
    const bare = live(one, { digest: undefined, fields });
    expect(planned({ desired: [one], live: [bare] }).plan.operations[0]).toMatchObject({
      operation: "replace",
      reason: "type null -> scheduled needs a new action",
    });
  });

  it("says that creating an action with `once` runs it", () => {
    const once = action("a", { schedule: { once: true } });
    expect(planned({ desired: [once] }).plan.operations[0]?.reason).toBe("runs as soon as it is created");
  });

  it("settles what is live as declared, for the ledger", () => {
    const { settled } = planned({ desired: [one, kept], live: [live(one)] });
    expect(settled).toEqual([{ kind: "action", name: "a", id: "id-a", digest: one.digest }]);
  });
});

describe("a server that keeps no digests", () => {
  const wanted = action("a", { env: { LEVEL: "1" } });
  const bare = { digest: undefined, code: wanted.code?.slice(0, 24) };

  it("is compared by fields and the beginning of the code's digest", () => {
    expect(short({ desired: [wanted], live: [live(wanted, bare)] })).toEqual([]);
    const other = live(wanted, { ...bare, fields: action("a").fields });
    expect(planned({ desired: [wanted], live: [other] }).plan.operations[0]?.codeChanged).toBe(false);
    const unknown = live(wanted, { ...bare, code: undefined });
    expect(planned({ desired: [wanted], live: [unknown] }).plan.operations[0]?.codeChanged).toBe(true);
  });
});

describe("our own mistakes", () => {
  it("refuses an update with nothing to show", () => {
    const wanted = action("a");
    const twin = live(wanted, { digest: "0".repeat(64) });
    expect(() => planned({ desired: [wanted], live: [twin] })).toThrow(/no field and no code differs/);
  });

  it("stops at duplicate live names and names them", () => {
    const twin = live(action("a"));
    expect(() => pair([], [twin, { ...twin, id: "id-2" }])).toThrow(/more than one action "a"/);
  });

  it("never guesses fields that were not read", () => {
    const bare = live(action("a"), { digest: undefined, fields: undefined });
    expect(() => planned({ desired: [action("a")], live: [bare] })).toThrow(/were not read/);
  });
});

describe("order", () => {
  it("makes accounts first and deletes backward, after all else", () => {
    const world = {
      desired: [
        account("new@x.y"),
        account("old@x.y", "stream:_all_default"),
        action("b"),
        action("a"),
        action("t"),
      ],
      live: [
        live(account("old@x.y")),
        live(account("gone@x.y")),
        live(action("gone")),
        live(action("b", { env: { A: "1" } })),
        live(action("t", { type: "realtime" })),
      ],
      options: { prune: true, allowDeletes: true },
    };
    expect(short(world)).toEqual([
      "create new@x.y",
      "update old@x.y",
      "create a",
      "update b",
      "replace t",
      "delete gone",
      "delete gone@x.y",
    ]);
  });
});

describe("providers", () => {
  const one = provider("web", { kind: "host", user: "ops" });
  const two = provider("web", { kind: "http", baseUrl: "https://web.example.com" });

  it("are made with the accounts, before actions, and deleted after these", () => {
    const world = {
      desired: [provider("new"), account("a@x.y"), action("b"), two],
      live: [live(one), live(provider("gone")), live(action("gone"))],
      options: { prune: true, allowDeletes: true },
    };
    const { operations } = planned(world).plan;
    expect(operations.map(({ operation, kind, name }) => `${operation} ${kind} ${name}`)).toEqual([
      "create service-account a@x.y",
      "create provider new",
      "update provider web",
      "create action b",
      "delete action gone",
      "delete provider gone",
    ]);
  });

  it("change in place, whatever becomes of them", () => {
    const [operation] = planned({ desired: [two], live: [live(one)] }).plan.operations;
    expect(operation?.operation).toBe("update");
    expect(operation?.fields.map(({ path }) => path)).toEqual(["baseUrl", "kind", "user"]);
  });

  it("are drift, conflict, foreign or orphaned as everything else", () => {
    const moved = live(two);
    const drifted = { desired: [one], live: [moved], applied: ledger(one) };
    expect(planned(drifted).plan.operations).toMatchObject([{ operation: "update", drift: true }]);
    expect(
      short({ desired: [provider("web", { kind: "host", user: "x" })], live: [moved], applied: ledger(one) }),
    ).toEqual(["conflict web"]);
    expect(short({ desired: [one], live: [live(two, { managedBy: undefined })] })).toEqual([
      "adopt-needed web",
    ]);
    expect(short({ desired: [kept], live: [live(kept), live(one)] })).toEqual(["orphaned web"]);
    expect(planned({ desired: [one], live: [live(one)] }).plan.upToDate.provider).toBe(1);
  });
});

describe("the new half of an interrupted replace", () => {
  const wanted = action("a", { type: "realtime" });
  const leftover = live({ ...wanted, name: temporaryName("a") }, { id: "new" });

  it("is finished when the old half is gone", () => {
    const { plan } = planned({ desired: [wanted], live: [leftover] });
    expect(plan.operations).toMatchObject([
      {
        operation: "replace",
        name: "a",
        id: "new",
        before: undefined,
        reason: expect.stringMatching(/interrupted/),
      },
    ]);
  });

  it("is removed without prune when the action is as declared, and counts on no rail", () => {
    const { plan } = planned({ desired: [wanted], live: [leftover, live(wanted)] });
    expect(plan.operations).toMatchObject([{ operation: "delete", name: temporaryName("a"), id: "new" }]);
    expect(plan.rails).toEqual([]);
  });

  it("is left alone when it carries no mark of ours", () => {
    const foreign = { ...leftover, managedBy: undefined };
    expect(short({ desired: [wanted], live: [foreign, live(wanted)] })).toEqual([]);
  });

  it("is an item like any other when nothing declared has its name", () => {
    expect(short({ desired: [kept], live: [live(kept), leftover] })).toEqual([`orphaned ${leftover.name}`]);
  });
});

describe("planId", () => {
  it("is the same for the same state in any order, and another for another", () => {
    const items = [action("a"), action("b"), account("x@y.z")];
    const one = planned({ desired: items }).plan.planId;
    expect(planned({ desired: [...items].reverse() }).plan.planId).toBe(one);
    expect(planned({ desired: items, applied: ledger() }).plan.planId).not.toBe(one);
    expect(planned({ desired: [action("a", {}, "other"), ...items.slice(1)] }).plan.planId).not.toBe(one);
  });
});
