import type { AlertStore } from "../runs/ports/alert-store.ts";
import type { RunStore } from "../runs/ports/run-store.ts";
import { alertStore } from "./alert-store.ts";
import { runStore } from "./run-store.ts";
import type { AreaVerbs, Arguments, Outcome, VerbName } from "./verb-types.ts";

export interface Store {
  /**
   * Carries out one verb as one transaction and resolves once it is on disk.
   * @throws StoreError with the verb's code, `CONSTRAINT`, `UNAVAILABLE`, `INTERNAL` or `CLOSED`.
   */
  call<Name extends VerbName>(name: Name, args: Arguments<Name>): Promise<Outcome<Name>>;
  /** The verbs of one area as methods: `area("runs").find(args)` is `call("runs.find", args)`. */
  area<Area extends keyof AreaVerbs>(area: Area): AreaVerbs[Area];
  readonly runs: RunStore;
  readonly alerts: AlertStore;
  readonly registry: AreaVerbs["registry"];
  readonly access: AreaVerbs["access"];
  readonly audit: AreaVerbs["audit"];
  readonly secrets: AreaVerbs["secrets"];
  readonly sessions: AreaVerbs["sessions"];
  readonly destinations: AreaVerbs["destinations"];
  /** Idempotent: finishes what was called before, then closes the file. */
  close(): Promise<void>;
}

/** A store over something that carries out verbs by name. */
export function storeOver(
  call: (verb: string, args: unknown) => Promise<unknown>,
  close: () => Promise<void>,
): Store {
  return {
    call: (name, args) => call(name, args) as Promise<never>,
    area: (area) => methods(call, area),
    runs: runStore(methods(call, "runs")),
    alerts: alertStore(methods(call, "alerts")),
    registry: methods(call, "registry"),
    access: methods(call, "access"),
    audit: methods(call, "audit"),
    secrets: methods(call, "secrets"),
    sessions: methods(call, "sessions"),
    destinations: methods(call, "destinations"),
    close,
  };
}

/** Turns method calls into calls by name, so that the calling thread loads no verb and no query builder. */
function methods<Area extends keyof AreaVerbs>(
  call: (verb: string, args: unknown) => Promise<unknown>,
  area: Area,
): AreaVerbs[Area] {
  const get = (_: object, verb: string | symbol) =>
    typeof verb !== "string" || verb === "then"
      ? undefined
      : (args: unknown) => call(`${area}.${verb}`, args);
  return new Proxy({}, { get }) as AreaVerbs[Area];
}
