import type { LiveServer } from "../../src/sync/ports.ts";

/** One call over the boundary of a live server. */
export interface Call {
  /** From 1. */
  readonly number: number;
  readonly verb: "capabilities" | "list" | "get" | "perform" | "read" | "advance";
  readonly writes: boolean;
}

/** Runs a call with faults around it: throw before `proceed` and it has no effect, after it, and it has. */
export type Fault = <T>(call: Call, proceed: () => Promise<T>) => Promise<T>;

/** A live server whose every call goes through `fault`; counts the calls. */
export function faulty(server: LiveServer, fault: Fault): LiveServer & { readonly calls: Call[] } {
  const calls: Call[] = [];
  const through = <T>(verb: Call["verb"], proceed: () => Promise<T>): Promise<T> => {
    const call = { number: calls.length + 1, verb, writes: verb === "perform" || verb === "advance" };
    calls.push(call);
    return fault(call, proceed);
  };
  const { target, ledger } = server;
  return {
    calls,
    target: {
      address: target.address,
      capabilities: () => through("capabilities", () => target.capabilities()),
      list: () => through("list", () => target.list()),
      secrets: () => target.secrets(),
      get: (ref) => through("get", () => target.get(ref)),
      perform: (...all) => through("perform", () => target.perform(...all)),
    },
    ledger: {
      read: (scope) => through("read", () => ledger.read(scope)),
      advance: (...all) => through("advance", () => ledger.advance(...all)),
    },
  };
}

/** No fault: only counts. */
export const counted = (server: LiveServer) => faulty(server, (_, proceed) => proceed());

/** The process dies at the k-th call, before or after its effect: nothing comes through any more. */
export function crashingAt(k: number, when: "before" | "after"): Fault {
  let dead = false;
  return async (call, proceed) => {
    if (dead) throw new Error("dead");
    if (call.number < k) return await proceed();
    dead = true;
    if (when === "after") await proceed();
    throw new Error("crash");
  };
}
