import { end, endAll, endOne, touch } from "./end.ts";
import { find, list, organizations } from "./find.ts";
import { signIn } from "./sign-in.ts";
import { start } from "./start.ts";

/** The verbs of sessions by name: `store.area("sessions")` is a SessionStore. */
export const sessionVerbs = { start, find, touch, end, endOne, endAll, list, organizations, signIn } as const;
