import { type Alias, isAlias, isMap, isScalar, isSeq, type Node, type Pair, type Scalar } from "yaml";
import type { Path, Problem } from "../problem.ts";
import type { Locator } from "./locate.ts";
import type { SourceText } from "./source-text.ts";

/** Places of a tree that `buildValue` made a value of. Found when asked: a file without problems pays nothing. */
export function yamlLocator(
  file: string,
  source: SourceText,
  root: Node,
  targets: ReadonlyMap<Alias, Node>,
): Locator {
  const resolve = (node: Node | null | undefined): Node | null | undefined =>
    isAlias(node) ? resolve(targets.get(node)) : node;

  const pairOf = (
    node: Node | null | undefined,
    key: string | number,
  ): Pair<Node, Node | null> | undefined => {
    const map = resolve(node);
    if (!isMap(map)) return undefined;
    return (map.items as Pair<Node, Node | null>[]).find(
      (pair) => isScalar(pair.key) && pair.key.value === key,
    );
  };

  /** What stands at the path; `exact` is false when only something above it is written. */
  function find(path: Path): { key: Node | undefined; value: Node | undefined; exact: boolean } {
    let value: Node | undefined = root;
    let key: Node | undefined;
    for (const part of path) {
      const list: unknown = resolve(value);
      if (isSeq(list) && typeof part === "number" && list.items[part] !== undefined) {
        value = list.items[part] as Node;
        continue;
      }
      const pair: Pair<Node, Node | null> | undefined = pairOf(value, part);
      if (pair === undefined) return { key, value, exact: false };
      key = pair.key;
      // A key without a value is marked itself.
      value = pair.value ?? pair.key;
    }
    return { key, value, exact: true };
  }

  function span(problem: Problem): [start: number, end: number] {
    const { key, value, exact } = find(problem.path);
    // What is missing below a mapping is shown at the key that holds the mapping; at the top and in a list, at the
    // mapping's first key.
    const mapping = resolve(value);
    const first = isMap(mapping) ? (mapping.items[0]?.key as Node | undefined) : undefined;
    const item = exact && typeof problem.path.at(-1) === "number";
    const holder = item ? (first ?? value) : (key ?? first ?? root);
    const node = exact && problem.path.length > 0 && !problem.key && !isMap(mapping) ? value : holder;
    const [start, end] = node?.range ?? [0, 1];
    if (problem.part === undefined || !isScalar(resolve(value))) return [start, end];
    return inside(source.text, resolve(value) as Scalar, problem.part) ?? [start, end];
  }

  return {
    file,
    has: (path) => find(path).exact,
    issue(problem) {
      const position = source.position(...span(problem));
      return {
        code: problem.code,
        severity: problem.severity ?? "error",
        message: problem.message,
        file,
        ...position,
        source: source.line(position.line),
        hint: problem.hint,
      };
    },
  };
}

/** Where a part of a text value stands, when the source holds it letter by letter (no escapes, no folding). */
function inside(
  text: string,
  node: Scalar,
  part: { text: string; offset: number; length: number },
): [start: number, end: number] | undefined {
  const [start, end] = node.range ?? [0, 0];
  const found = text.slice(start, end).indexOf(part.text);
  if (found < 0) return undefined;
  const from = start + found + part.offset;
  return [from, from + Math.max(1, part.length)];
}
