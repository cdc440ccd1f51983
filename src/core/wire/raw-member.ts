const quote = 0x22;
const backslash = 0x5c;

/**
 * The text of one member of a JSON object, byte for byte, so that numbers keep all their digits on the way
 * to a script. The last of several members with the key counts, as for `JSON.parse`. undefined: no such
 * member. `json` must be the valid JSON text of an object: it was parsed before.
 */
export function rawMember(json: Buffer, key: string): Buffer | undefined {
  let found: Buffer | undefined;
  let at = json.indexOf("{") + 1;
  for (;;) {
    at = skip(json, at, (byte) => byte <= 0x20 || byte === 0x2c);
    if (json[at] !== quote) return found;
    const end = endOfString(json, at);
    const name = JSON.parse(json.toString("utf8", at, end)) as string;
    const start = skip(json, end, (byte) => byte <= 0x20 || byte === 0x3a);
    at = endOfValue(json, start);
    if (name === key) found = json.subarray(start, at);
  }
}

function skip(json: Buffer, from: number, over: (byte: number) => boolean): number {
  let at = from;
  while (at < json.length && over(json[at]!)) at++;
  return at;
}

/** Index behind the closing quote of the string that starts at `from`. */
function endOfString(json: Buffer, from: number): number {
  let at = from + 1;
  while (at < json.length && json[at] !== quote) at += json[at] === backslash ? 2 : 1;
  return at + 1;
}

/** Index behind the value that starts at `from`. */
function endOfValue(json: Buffer, from: number): number {
  let depth = 0;
  for (let at = from; at < json.length; ) {
    const byte = json[at]!;
    const opens = byte === 0x7b || byte === 0x5b;
    const closes = byte === 0x7d || byte === 0x5d;
    if (depth === 0 && (closes || byte === 0x2c || byte <= 0x20)) return at;
    if (opens) depth++;
    if (closes) depth--;
    at = byte === quote ? endOfString(json, at) : at + 1;
    if (depth === 0 && (closes || byte === quote)) return at;
  }
  return json.length;
}
