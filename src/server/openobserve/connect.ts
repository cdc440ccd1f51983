import type { OpenObserve } from "./port.ts";
import { createRemote, remoteDefaults } from "./remote.ts";
import { standInDefaults, startStandIn } from "./stand-in.ts";

export interface ConnectSettings {
  /** `ROTA_OPENOBSERVE_URL`; undefined: the stand-in. */
  readonly url: string | undefined;
  /** The `Authorization` header for a real one, when it is configured; undefined: each caller's own is sent. */
  readonly authorization: string | undefined;
  /** The stand-in's file. */
  readonly path: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** The OpenObserve that scripts talk to. Throws RangeError for a bad address, Error for a file that cannot be opened. */
export async function connectOpenObserve({
  url,
  authorization,
  path,
  now,
}: ConnectSettings): Promise<OpenObserve> {
  return url === undefined
    ? startStandIn({ ...standInDefaults, path, now })
    : createRemote({ ...remoteDefaults, url, authorization });
}
