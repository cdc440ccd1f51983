/** The kind of content alone, in lower case: "application/json". */
export const mediaTypeOf = (type: string | undefined): string =>
  (type ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";

export const isJson = (type: string | undefined): boolean => /^[^/]+\/(.*\+)?json$/.test(mediaTypeOf(type));

const textTypes =
  /^(text\/|[^/]+\/(.*[+.-])?(json|xml|yaml|toml|javascript|ecmascript|x-www-form-urlencoded|x-ndjson|graphql)$)/;

/** Whether a body can be shown: its type says so, or it says nothing and the first bytes look like it. */
export function isText(type: string | undefined, first: Uint8Array): boolean {
  const media = mediaTypeOf(type);
  if (textTypes.test(media)) return true;
  if (media !== "" && media !== "application/octet-stream") return false;
  if (first.includes(0)) return false;
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(first, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** The name of its encoding, UTF-8 where it names none that is known. */
export function charsetOf(type: string | undefined): string {
  const [, name] = /;\s*charset="?([A-Za-z0-9_:.-]{1,40})/i.exec(type ?? "") ?? [];
  try {
    return new TextDecoder(name ?? "utf-8").encoding;
  } catch {
    return "utf-8";
  }
}
