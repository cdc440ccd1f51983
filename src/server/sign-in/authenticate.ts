import { type Authenticate, createAuthenticate, withSessions } from "../../access/index.ts";
import type { Store } from "../../store/index.ts";
import type { Settings } from "../settings.ts";

type Needs = Omit<Parameters<typeof createAuthenticate>[0], "store"> & { readonly store: Store };

/** Every way to say who one is. */
export async function allWaysIn(
  { store, ...needs }: Needs,
  { sessionIdle: idle, sessionLifetime: lifetime }: Settings,
): Promise<Authenticate> {
  const byHeader = await createAuthenticate({ ...needs, store: store.access });
  return withSessions(byHeader, { store: store.sessions, limits: { idle, lifetime }, now: needs.now });
}
