/**
 * Makes two outputs of one command alike: what differs each time (ids, digests, times, tokens, the port,
 * versions of this machine) becomes a word. Lines are compared without the spaces that align columns.
 */
export function normalised(text: string): string[] {
  return (
    text
      .replace(/\b[0-9A-Za-z]{27}\b/g, "<id>")
      .replace(/http:\/\/127\.0\.0\.1:\d+/g, "http://127.0.0.1:5090")
      .replace(/\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ/g, "<time>")
      .replace(/\b\d\d:\d\d:\d\d\.\d{3}\b/g, "<clock>")
      .replace(/\b(?:now|\d+ (?:s|min|h|days) ago|in \d+ (?:s|min|h|days))(?=\W|$)/g, "<ago>")
      .replace(/\b\d+(?:\.\d+)? (?:ms|s)\b/g, "<span>")
      .replace(/\b\d+ min \d+ s\b/g, "<span>")
      .replace(/(export ROTA_TOKEN=)\S+/g, "$1<token>")
      .replace(/(signature=)[\w-]{43}/g, "$1<signature>")
      .replace(/(password:? +)\S+/gi, "$1<password>")
      .replace(/\b[0-9a-f]{7,64}\b/g, "<hash>")
      .replace(/^ Date: .*$/gm, " Date: <date>")
      .replace(/\bload \d+\.\d+/g, "load <load>")
      .replace(/\b\d+% full/g, "<share> full")
      .replace(/\b(full|reduced|basic) isolation/g, "<level> isolation")
      .replace(/\bPython 3\.\d+\.\d+/g, "Python 3")
      .replace(/\b\d+(?:\.\d+)? (?:KiB|MiB|GiB)\b/g, "<size>")
      // Whether a schedule has fired by now depends on the hour.
      .replace(
        /(scheduled|realtime) +(?:Ready +never|(?:Completed|Running) +<ago> +\(<time>\))/g,
        "$1 <status>",
      )
      .split("\n")
      .map((line) => line.replace(/\s+/g, " ").trim())
      .filter((line) => line !== "")
  );
}

/** Whether `actual` is what the page shows; a line "…" of the page stands for any number of lines. */
export function sameOutput(page: readonly string[], actual: readonly string[]): boolean {
  const [line, ...rest] = page;
  if (line === undefined) return actual.length === 0;
  if (line === "…")
    return actual.some((_, index) => sameOutput(rest, actual.slice(index))) || rest.length === 0;
  return line === actual[0] && sameOutput(rest, actual.slice(1));
}
