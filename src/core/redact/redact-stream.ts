import type { FormMatcher } from "./form-matcher.ts";

/** What stands where a secret stood. */
export const mask = "[redacted]";

/** A stream of pieces whose secrets are masked: as many come out as go in, in their order. */
export interface RedactedStream {
  /** The pieces, from the oldest on, that are settled by now. */
  push(text: string): readonly string[];
  /** All that is left. What follows is a text of its own. */
  end(): readonly string[];
}

/** More pieces are not held back, so that empty lines behind the beginning of a secret cannot pile up. */
const mostHeld = 1000;

interface Piece {
  readonly from: number;
  readonly text: string;
}
interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * Reads the pieces as one text without breaks, so a secret is found wherever it is cut. A piece is held back
 * while its end may be the beginning of a secret: at most as many characters as the longest form has.
 *
 * What overlaps is masked as one. The mask stands where a secret began; its lines that follow stay, empty. So
 * the text that comes out does not depend on where it was cut.
 */
export function redactStream(matcher: FormMatcher): RedactedStream {
  let state = 0;
  let position = 0;
  let pieces: Piece[] = [];
  let spans: Span[] = [];

  const found = (start: number, to: number) => {
    let from = start;
    for (let last = spans.at(-1); last !== undefined && last.to > from; last = spans.at(-1)) {
      from = Math.min(from, last.from);
      spans.pop();
    }
    spans.push({ from, to });
  };

  const settle = (upTo: number): readonly string[] => {
    let count = 0;
    while (count < pieces.length && endOf(pieces[count]!) <= upTo) count++;
    const settled = pieces.slice(0, count).map((piece) => masked(piece, spans));
    pieces = pieces.slice(count);
    const from = pieces[0]?.from ?? position;
    if (spans.length > 0) spans = spans.filter(({ to }) => to > from);
    return settled;
  };

  const end = () => {
    state = 0;
    return settle(position);
  };

  return {
    push(text) {
      const piece = { from: position, text };
      state = matcher.scan(state, text, position, found);
      position += text.length;
      const open = matcher.open(state);
      if (open === 0 && pieces.length === 0 && spans.length === 0) return [text];
      pieces.push(piece);
      return pieces.length > mostHeld ? end() : settle(position - open);
    },
    end,
  };
}

const endOf = ({ from, text }: Piece): number => from + text.length;

function masked(piece: Piece, spans: readonly Span[]): string {
  const { from, text } = piece;
  let shown = "";
  let at = from;
  for (const span of spans) {
    if (span.from >= endOf(piece)) break;
    if (span.to <= at) continue;
    if (span.from >= from) shown += text.slice(at - from, span.from - from) + mask;
    at = span.to;
  }
  return shown + text.slice(at - from);
}
