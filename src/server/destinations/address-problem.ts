import { isIP } from "node:net";
import { judgeAddress, networkOf } from "../../executor/index.ts";

/** Names that mean this machine or its network wherever they are asked. */
const inside = /(^|\.)(localhost|local|internal|localdomain)$|^metadata$/i;

/**
 * Why nobody should be made to ask an address, as far as its text tells; undefined: nothing speaks against it.
 * Names are not looked up, since Rota itself never asks: whoever sends there has to judge what they find then.
 */
export function addressProblem(text: string, allow: readonly string[]): string | undefined {
  const url = URL.parse(text);
  if (url === null) return "it is no address";
  if (url.protocol !== "http:" && url.protocol !== "https:") return "only http and https are allowed";
  if (url.username !== "" || url.password !== "") return "an address holds no login";
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, "");
  if (isIP(host) === 0) return inside.test(host) ? `"${host}" is inside of a network` : undefined;
  const forbidden = judgeAddress(
    host,
    false,
    allow.flatMap((name) => networkOf(name) ?? []),
  );
  return forbidden && `${host} is ${forbidden.kind}`;
}
