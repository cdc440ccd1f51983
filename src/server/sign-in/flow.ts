import type { Seal } from "../../access/index.ts";

/** What a browser has to bring back from the provider. */
export interface Flow {
  readonly state: string;
  readonly nonce: string;
  /** Of PKCE: shows that the code was asked for here. */
  readonly verifier: string;
  readonly returnTo: string;
  /** When it began, ms since the epoch. */
  readonly began: number;
}

/** How long somebody has to sign in at the provider, s. */
export const flowSeconds = 600;

const owner = ["openid connect"];

/** A flow as a cookie has it, so that only the browser which began it can end it. */
export const sealFlow = (seal: Seal, flow: Flow): string =>
  seal.seal(Buffer.from(JSON.stringify(flow), "utf8"), owner);

/** undefined: there is none, it is not ours, or it began too long ago. */
export function openFlow(seal: Seal, sealed: string | undefined, now: number): Flow | undefined {
  if (sealed === undefined) return undefined;
  try {
    const flow = JSON.parse(seal.open(sealed, owner).toString("utf8")) as Flow;
    return now - flow.began < flowSeconds * 1000 && flow.began <= now ? flow : undefined;
  } catch {
    return undefined;
  }
}
