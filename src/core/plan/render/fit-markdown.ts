/** A comment in parts, the more important first. */
export interface MarkdownParts {
  readonly head: string;
  readonly lists: readonly { readonly title: string; readonly lines: readonly string[] }[];
  readonly details: readonly string[];
  readonly foot: string;
}

/** Room for one sentence about what was left out. */
const noteLength = 100;
/** No list takes all: each may use this share of what is left. */
const listShare = 0.5;

/**
 * Joins the parts within `limit` characters. Lists are cut at their end; of the details the biggest go
 * first, and the others keep their order. What was left out is counted.
 */
export function fitMarkdown({ head, lists, details, foot }: MarkdownParts, limit: number): string {
  let room = limit - head.length - foot.length - noteLength - 4;
  const blocks = [head];
  for (const { title, lines } of lists) {
    if (lines.length === 0) continue;
    const block = list(title, lines, Math.floor(room * listShare));
    blocks.push(block);
    room -= block.length + 2;
  }
  const kept = smallest(details, room);
  blocks.push(...details.filter((_, index) => kept.has(index)));
  const omitted = details.length - kept.size;
  if (omitted > 0) blocks.push(`${omitted} omitted, the full plan is in ${"`rota plan`"}'s output.`);
  return `${[...blocks, foot].join("\n\n")}\n`;
}

function list(title: string, lines: readonly string[], room: number): string {
  let block = `**${title}**\n`;
  let shown = 0;
  for (const line of lines) {
    if (block.length + line.length + 3 + noteLength > room && shown > 0) break;
    block += `\n- ${line}`;
    shown++;
  }
  return shown === lines.length ? block : `${block}\n- ${lines.length - shown} more omitted`;
}

/** Indexes of the details that fit, the smallest taken first. */
function smallest(details: readonly string[], room: number): ReadonlySet<number> {
  const kept = new Set<number>();
  let left = room;
  const bySize = details.map((text, index) => ({ index, size: text.length + 2 }));
  for (const { index, size } of bySize.sort((a, b) => a.size - b.size || a.index - b.index)) {
    if (size > left) break;
    kept.add(index);
    left -= size;
  }
  return kept;
}
