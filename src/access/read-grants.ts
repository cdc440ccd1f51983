import { type Grant, permissions, readObject, sortGrants } from "../core/access/grant.ts";
import { AccessError } from "./access-error.ts";

const most = 1000;

/**
 * Permissions as somebody sent them, in canonical form. Objects of unknown types are kept: they mean
 * something on an OpenObserve and nothing here.
 * @throws AccessError INVALID naming the first one that is none.
 */
export function readGrants(sent: readonly { object: string; permission: string }[]): readonly Grant[] {
  if (sent.length > most) throw new AccessError("INVALID", `At most ${most} permissions, not ${sent.length}`);
  for (const { object, permission } of sent) {
    if (readObject(object) === undefined)
      throw new AccessError(
        "INVALID",
        `Invalid object ${JSON.stringify(object.slice(0, 100))}: write <type>:_all_<organization> or <type>:<id>`,
      );
    if (!(permissions as readonly string[]).includes(permission))
      throw new AccessError(
        "INVALID",
        `Invalid permission ${JSON.stringify(permission.slice(0, 40))}: it must be one of ${permissions.join(", ")}`,
      );
  }
  return sortGrants(sent as readonly Grant[]);
}
