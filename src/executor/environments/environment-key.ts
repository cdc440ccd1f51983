import { canonicalJson, sha256 } from "../../core/json.ts";
import type { Interpreter } from "../machine/interpreter.ts";
import type { Packages } from "./needs.ts";

/** The name of the environment that these packages get for this interpreter: the same for all who need the same. */
export function environmentKey(
  { requirements, hashed, uvLock, wheels }: Packages,
  { version, executable, platform }: Interpreter,
): string {
  const text = canonicalJson({
    requirements: [...requirements],
    hashed,
    uvLock: uvLock === undefined ? null : sha256(JSON.stringify([uvLock.project, uvLock.lock])),
    wheels: [...(wheels?.digests ?? [])],
    version,
    executable,
    platform,
  });
  return sha256(text).slice(0, 40);
}
