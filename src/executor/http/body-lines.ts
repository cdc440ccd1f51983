/** Characters of one line; what is longer comes in pieces. */
const longest = 16 * 1024;

/** Cuts a text that comes in pieces into lines, without their ends. Keeps no more than one line. */
export class BodyLines {
  #rest = "";

  /** The lines that are whole now. */
  feed(text: string): readonly string[] {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() as string;
    const found = lines.flatMap((line) => pieces(line.endsWith("\r") ? line.slice(0, -1) : line));
    if (this.#rest.length <= longest) return found;
    const all = pieces(this.#rest);
    this.#rest = all.pop() as string;
    return [...found, ...all];
  }

  /** What was left without an end. */
  end(): readonly string[] {
    const rest = this.#rest;
    this.#rest = "";
    return rest === "" ? [] : pieces(rest);
  }
}

function pieces(line: string): string[] {
  const found: string[] = [];
  let at = 0;
  while (line.length - at > longest) {
    const last = line.charCodeAt(at + longest - 1);
    const end = at + longest - (last >= 0xd800 && last < 0xdc00 ? 1 : 0); // not through a pair
    found.push(line.slice(at, end));
    at = end;
  }
  return [...found, line.slice(at)];
}
