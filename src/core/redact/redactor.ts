import { type FormMatcher, formMatcher } from "./form-matcher.ts";
import { formsOf, shortest } from "./forms.ts";
import { mask, type RedactedStream, redactStream } from "./redact-stream.ts";

/** Hides the values it was made for. */
export interface Redactor {
  /** Whether some values are hidden only where they are words of their own. */
  readonly hidesWords: boolean;
  /** For a text that is there as a whole. */
  text(whole: string): string;
  /** The same for a sentence that quotes texts it has cut, with "…" at the cut: half of a secret is hidden there, too. */
  sentence(whole: string): string;
  /** For lines that come one by one, or in pieces. */
  stream(): RedactedStream;
}

/**
 * Values shorter than `shortest`, from this length on, are hidden as they are where they stand as a word of their own: inside of
 * others they would be hidden where nothing is secret. Still shorter ones never are: masking every "1" or "on"
 * makes a log unreadable and tells the value besides.
 */
const shortestWord = 4;

/** One for these values; without any it leaves everything as it is. */
export function redactor(values: readonly string[]): Redactor {
  const lengthOf = (value: string) => value.trim().length;
  const forms = values.filter((value) => lengthOf(value) >= shortest).flatMap(formsOf);
  const words = values.filter((value) => lengthOf(value) >= shortestWord && lengthOf(value) < shortest);
  const hideWords = wordHider(words);
  const matcher = formMatcher([...new Set(forms)]);
  const stream = (): RedactedStream => {
    const { push, end } = redactStream(matcher);
    return { push: (text) => push(text).map(hideWords), end: () => end().map(hideWords) };
  };
  const text = (whole: string): string => {
    if (forms.length + words.length === 0) return whole;
    const { push, end } = stream();
    if (!whole.includes("\n")) return [...push(whole), ...end()].join("");
    // Every second part is a line break, which stays where it was.
    const parts = whole.split(/(\r?\n)/);
    const lines = parts.filter((_, index) => index % 2 === 0).flatMap((line) => push(line));
    const all = [...lines, ...end()];
    return parts.map((part, index) => (index % 2 === 0 ? all[index / 2] : part)).join("");
  };
  const sentence = (whole: string): string => {
    const pieces = text(whole).split("…");
    const last = pieces.pop();
    return [...pieces.map((piece) => withoutBeginning(matcher, piece)), last].join("…");
  };
  return {
    hidesWords: words.length > 0,
    sentence,
    text,
    stream: forms.length + words.length === 0 ? unchanged : stream,
  };
}

/** A piece that was cut, without what may be the beginning of a secret at its end. */
function withoutBeginning(matcher: FormMatcher, piece: string): string {
  const open = matcher.open(matcher.scan(0, piece, 0, () => undefined));
  return open < shortestWord ? piece : piece.slice(0, -open) + mask;
}

const unchanged = (): RedactedStream => ({ push: (text) => [text], end: () => [] });

function wordHider(words: readonly string[]): (text: string) => string {
  if (words.length === 0) return (text) => text;
  const quoted = [...new Set(words.map((word) => word.trim()))].map((word) =>
    word.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"),
  );
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}_])(?:${quoted.join("|")})(?![\\p{L}\\p{N}_])`, "gu");
  return (text) => text.replace(pattern, mask);
}
