/**
 * The expansions of a shell script that stand outside of double quotes, where the shell would split them into words
 * and match them against files: `$NAME`, `${NAME}`, `$1`, `$(command)` and backticks. Arithmetic `$((…))` is a number
 * and needs no quotes; what it and a command hold is looked at by the same rule. Assignments and `case` need no quotes
 * either in a shell's grammar, but have to have them here: one rule is easier to follow than three.
 */
export function unquoted(script: string): string[] {
  const scan = new Scan(script);
  scan.commands(() => false);
  return scan.found;
}

class Scan {
  readonly found: string[] = [];
  readonly #text: string;
  #at = 0;
  #heredocs: string[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  /** Commands up to where `ends` says so (at an unquoted character), or to the end. */
  commands(ends: () => boolean): void {
    while (this.#at < this.#text.length && !ends()) {
      const next = this.#text[this.#at]!;
      if (next === "'") this.#at = this.#text.indexOf("'", this.#at + 1) + 1;
      else if (next === '"') this.#quoted();
      else if (next === "\\") this.#at += 2;
      else if (next === "#" && /[\s;]|^$/.test(this.#text[this.#at - 1] ?? "")) this.#lineEnd();
      else if (next === "`" || next === "$") this.#expansion(true);
      else if (next === "<" && this.#text.startsWith("<<", this.#at)) this.#heredoc();
      else if (next === "\n") this.#newline();
      else this.#at += 1;
    }
  }

  #quoted(): void {
    this.#at += 1;
    while (this.#text[this.#at] !== '"') {
      if (this.#at >= this.#text.length) throw new Error("a double quote is not closed");
      if (this.#text[this.#at] === "\\") this.#at += 2;
      else if (this.#text[this.#at] === "$") this.#expansion(false);
      else this.#at += 1;
    }
    this.#at += 1;
  }

  #expansion(bare: boolean): void {
    const start = this.#at;
    const rest = this.#text.slice(start);
    const name = /^\$([A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-])/.exec(rest);
    const arithmetic = rest.startsWith("$((");
    if (arithmetic) this.#nested(3, "))");
    else if (rest.startsWith("$(")) this.#nested(2, ")");
    else if (rest.startsWith("${")) this.#at = this.#text.indexOf("}", start) + 1;
    else this.#at += name?.[0].length ?? 1;
    const isExpansion = arithmetic ? false : name !== null || /^(\$[({]|`)/.test(rest);
    if (bare && isExpansion && !this.#isAssigned(start)) this.found.push(this.#text.slice(start, this.#at));
  }

  /** `name=$(command)` is one word, whatever the command says. */
  #isAssigned(start: number): boolean {
    return this.#text.startsWith("$(", start) && /(^|[\s;])[a-z_]+=$/.test(this.#text.slice(0, start));
  }

  #nested(opening: number, closing: string): void {
    this.#at += opening;
    let depth = 0;
    this.commands(() => {
      if (depth === 0 && this.#text.startsWith(closing, this.#at)) return true;
      if (this.#text[this.#at] === "(") depth += 1;
      if (this.#text[this.#at] === ")") depth -= 1;
      return false;
    });
    this.#at += closing.length;
  }

  #heredoc(): void {
    const [whole, word] = /^<<-?\s*'([A-Z]+)'/.exec(this.#text.slice(this.#at)) ?? [];
    if (whole === undefined || word === undefined)
      throw new Error("a here-document has to have a quoted end");
    this.#heredocs.push(word);
    this.#at += whole.length;
  }

  #newline(): void {
    this.#at += 1;
    for (const word of this.#heredocs) {
      const end = this.#text.indexOf(`\n${word}\n`, this.#at - 1);
      if (end < 0) throw new Error(`the here-document ${word} has no end`);
      this.#at = end + word.length + 2;
    }
    this.#heredocs = [];
  }

  #lineEnd(): void {
    const end = this.#text.indexOf("\n", this.#at);
    this.#at = end < 0 ? this.#text.length : end;
  }
}
