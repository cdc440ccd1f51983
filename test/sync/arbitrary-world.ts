import fc from "fast-check";
import type { JsonObject } from "../../src/core/json.ts";
import type { DesiredItem } from "../../src/core/plan/plan.ts";
import { temporaryName } from "../../src/core/plan/temporary-name.ts";
import { account, action, provider, scope } from "../core/plan/items.ts";
import { type LiveLiteral, serverWith } from "./world.ts";

/** Three states of a small world: git, server, ledger. */
export interface World {
  readonly desired: readonly DesiredItem[];
  readonly live: readonly LiveLiteral[];
  readonly applied: readonly DesiredItem[];
}

const accounts = ["a@x.y", "b@x.y"];
const places = ["places-a", "places-b", "alpha"];
const names = ["alpha", "beta", "gamma", "delta"];

const arbitraryAction = (name: string, protect: fc.Arbitrary<boolean>): fc.Arbitrary<DesiredItem> =>
  fc
    .record({
      type: fc.constantFrom("scheduled", "realtime"),
      level: fc.constantFrom("1", "2"),
      code: fc.constantFrom("print(1)", "print(2)"),
      once: fc.boolean(),
      protect,
    })
    .map(({ type, level, code, once, protect }) =>
      action(
        name,
        {
          type,
          env: { LEVEL: level },
          ...(once && type === "scheduled" ? { schedule: { once: true } } : {}),
          ...(protect ? { protect } : {}),
        },
        code,
      ),
    );

const arbitraryAccount = (name: string): fc.Arbitrary<DesiredItem> =>
  fc
    .subarray(["action_scripts:_all_default", "stream:_all_default"])
    .map((objects) => account(name, ...objects));

const arbitraryProvider = (name: string): fc.Arbitrary<DesiredItem> =>
  fc
    .constantFrom<JsonObject>(
      { kind: "host", user: "ops" },
      { kind: "ssh", host: name },
      { kind: "ssh", host: name, jump: "places-b" },
      { kind: "http", baseUrl: "https://a.example.com", headers: { Authorization: { secret: "token" } } },
    )
    .map((fields) => provider(name, fields));

/** Some of the items, each at most once. `unprotected`: a protected one may stop a replace for good. */
const arbitraryItems = (protect: fc.Arbitrary<boolean>): fc.Arbitrary<readonly DesiredItem[]> =>
  fc
    .tuple(
      ...accounts.map((name) => fc.option(arbitraryAccount(name), { nil: undefined })),
      ...places.map((name) => fc.option(arbitraryProvider(name), { nil: undefined })),
      ...names.map((name) => fc.option(arbitraryAction(name, protect), { nil: undefined })),
    )
    .map((items) => items.filter((item) => item !== undefined));

const arbitraryOwner = fc.oneof(
  { weight: 6, arbitrary: fc.constant(scope) },
  { weight: 1, arbitrary: fc.constantFrom(undefined, "other-scope") },
);

/** The new half of a replace that some earlier apply left, right or outdated. */
const arbitraryLeftover: fc.Arbitrary<readonly LiveLiteral[]> = fc
  .option(
    fc.record({
      item: fc
        .constantFrom(...names)
        .chain((name) => arbitraryAction(temporaryName(name), fc.constant(false))),
      managedBy: fc.constant(scope),
    }),
    { nil: undefined, freq: 4 },
  )
  .map((leftover) => (leftover === undefined ? [] : [leftover]));

/** Any world. What differs in type is never protected in git, so that every world can converge. */
export const arbitraryWorld = (
  owner: fc.Arbitrary<string | undefined> = arbitraryOwner,
): fc.Arbitrary<World> =>
  fc
    .record({
      desired: arbitraryItems(fc.constant(false)),
      live: arbitraryItems(fc.boolean()).chain((items) =>
        fc.tuple(...items.map((item) => owner.map((managedBy) => ({ item, managedBy })))),
      ),
      leftover: arbitraryLeftover,
      applied: arbitraryItems(fc.constant(false)),
    })
    .map(({ desired, live, leftover, applied }) => ({ desired, live: [...live, ...leftover], applied }));

/** A world of which everything belongs to the scope. */
export const arbitraryOwnWorld = arbitraryWorld(fc.constant(scope));

export const build = ({ live, applied }: World) => serverWith(live, applied);
