/** Looks for a text in another that comes in pieces. Keeps no more of it than could be its beginning. */
export class TextFinder {
  readonly #wanted: string;
  #rest = "";
  /** Whether it was found; nothing that is wanted is always found. */
  isFound: boolean;

  constructor(wanted: string | undefined) {
    this.#wanted = wanted ?? "";
    this.isFound = this.#wanted === "";
  }

  feed(text: string): void {
    if (this.isFound) return;
    const all = this.#rest + text;
    this.isFound = all.includes(this.#wanted);
    this.#rest = this.#wanted.length > 1 ? all.slice(1 - this.#wanted.length) : "";
  }
}
