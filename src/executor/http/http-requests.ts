import { createSecureContext, getCACertificates } from "node:tls";
import type { Executor, HttpProgram, Outcome, Task } from "../../runs/ports/executor.ts";
import type { Io } from "../end/finish.ts";
import { type Ending, forced, notStarted } from "../end/outcome.ts";
import { longestTimer } from "../machine/longest-timer.ts";
import { type Resolve, resolveBySystem } from "./checked-addresses.ts";
import { type Exchanged, exchange, type HttpSettings, type Told } from "./exchange.ts";
import { networkOf } from "./networks.ts";

export interface HttpRequests {
  /** Never rejects for what is asked or answered; rejects when `output` does. */
  execute(task: Task & { readonly program: HttpProgram }, io: Io): Promise<Outcome>;
  /** Ends those that are under way; resolves when none is. */
  stop: Executor["stop"];
}

/** Requests that the server itself makes for steps. */
export function httpRequests(options: {
  /** Networks that steps may ask although they are not public. @throws where one is none. */
  readonly allow: readonly string[];
  /** Certificates, PEM, to trust besides those that Node trusts. */
  readonly ca: readonly string[];
  /** How names become addresses; undefined: as the system does it. */
  readonly resolve: Resolve | undefined;
}): HttpRequests {
  const allow = options.allow.map((name) => {
    const network = networkOf(name);
    if (network === undefined) throw new Error(`${name} is no network.`);
    return network;
  });
  const settings: HttpSettings = {
    allow,
    resolve: options.resolve ?? resolveBySystem(),
    secureContext:
      options.ca.length === 0
        ? undefined
        : createSecureContext({ ca: [...getCACertificates("default"), ...options.ca] }),
  };
  const underWay = new Map<Promise<Outcome>, () => void>();

  return {
    async execute(task, io) {
      const stopping = new AbortController();
      const running = execute(task, io, settings, stopping.signal);
      underWay.set(running, () => stopping.abort());
      try {
        return await running;
      } finally {
        underWay.delete(running);
      }
    },
    async stop() {
      for (const stop of underWay.values()) stop();
      await Promise.allSettled(underWay.keys());
    },
  };
}

async function execute(
  { program, place, limits }: Task & { readonly program: HttpProgram },
  io: Io,
  settings: HttpSettings,
  stopping: AbortSignal,
): Promise<Outcome> {
  const wrong = problemOf(program, place);
  if (wrong !== undefined) return notStarted(wrong);
  const began = performance.now();
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), Math.min(limits.timeout, longestTimer));
  const signal = AbortSignal.any([io.signal, stopping, timeout.signal]);
  let unheard: { readonly error: unknown } | undefined;
  const tell = async ({ stream, text }: Told) => {
    signal.throwIfAborted(); // nothing is heard of it any more
    await io.output({ at: io.clock(), stream, level: undefined, text }).catch((error: unknown) => {
      unheard = { error };
      throw error;
    });
  };
  try {
    const ended = await exchange({ program, limit: limits.output, settings, signal, tell }).catch(
      (error: unknown): Ending => {
        if (unheard === undefined && !signal.aborted) throw error;
        return { end: "failed", reason: undefined };
      },
    );
    if (unheard !== undefined) throw unheard.error;
    const cause = signal.aborted ? causeOf(signal, io.signal, stopping) : undefined;
    const ending: Exchanged = cause === undefined ? ended : forced(cause, limits);
    return {
      ...ending,
      exitCode: undefined,
      signal: undefined,
      duration: Math.round(performance.now() - began),
      peakMemory: undefined,
      cpuTime: undefined,
      isolation: undefined,
      result: ending.result,
    };
  } finally {
    clearTimeout(timer);
  }
}

/** What ended it first: the reason of a combined signal is that of the one that came first. */
function causeOf(
  signal: AbortSignal,
  cancel: AbortSignal,
  stopping: AbortSignal,
): "cancel" | "stop" | "timeout" {
  if (cancel.aborted && signal.reason === cancel.reason) return "cancel";
  return stopping.aborted && signal.reason === stopping.reason ? "stop" : "timeout";
}

function problemOf({ url }: HttpProgram, { kind }: Task["place"]): string | undefined {
  if (kind !== "sandbox")
    return "A request is made by the server itself, not at another place: name a provider of kind http, or none.";
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !["http:", "https:"].includes(parsed.protocol))
    return "The step's url is no address: it has to begin with http:// or https://.";
  return parsed.username === "" && parsed.password === ""
    ? undefined
    : "The step's url holds a login: send it as a header instead.";
}
