import { type Alias, isAlias, isMap, isScalar, isSeq, type Node, type Pair, type Scalar } from "yaml";
import type { TokenProblem } from "./check-tokens.ts";

/** A plain value made of a YAML tree. */
export interface BuiltValue {
  readonly value: unknown;
  readonly problems: readonly TokenProblem[];
  /** What each alias stands for. */
  readonly targets: ReadonlyMap<Alias, Node>;
}

/** Values after aliases are resolved: nine levels of nine aliases stop here, in a few milliseconds. More than any
 * repository writes, and few enough for a schema whose list of errors grows by copying (50,000: 7 s, 20,000: 1 s). */
const mostValues = 20_000;
const mostProblems = 100;
const deepest = 64;

/**
 * Makes plain objects, lists, texts, numbers, booleans and null; everything else that YAML can say is a problem:
 * duplicate keys, keys that are no text, merge keys, numbers that JSON lacks, aliases that are unknown or endless.
 * Own code instead of `toJS`, because each problem needs its place and the work needs its bound.
 */
export function buildValue(root: Node): BuiltValue {
  const problems: TokenProblem[] = [];
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  const open = new Set<Node>();
  let values = 0;

  const report = (node: Node, code: string, message: string, hint?: string): void => {
    if (problems.length >= mostProblems) return;
    const [start, end] = node.range ?? [0, 1];
    problems.push({ code, offset: start, length: Math.max(1, end - start), message, hint });
  };

  function build(node: Node | null, depth: number): unknown {
    if (node === null) return null;
    if (++values > mostValues || depth > deepest) {
      if (values === mostValues + 1 || depth > deepest)
        report(node, "TOO_MANY_VALUES", "the file holds too many values, or its aliases expand to too many");
      return null;
    }
    if ("anchor" in node && typeof node.anchor === "string") anchors.set(node.anchor, node);
    if (isAlias(node)) return follow(node, depth);
    if (isScalar(node)) return scalar(node);
    if (open.has(node)) {
      report(node, "ALIAS_ENDLESS", "an alias stands inside of what it stands for");
      return null;
    }
    open.add(node);
    const value = isSeq(node)
      ? node.items.map((item) => build(item as Node | null, depth + 1))
      : isMap(node)
        ? mapping(node.items as Pair<Node, Node | null>[], depth)
        : null;
    open.delete(node);
    return value;
  }

  function follow(alias: Alias, depth: number): unknown {
    const target = anchors.get(alias.source);
    if (target === undefined) {
      report(alias, "ALIAS_UNKNOWN", `nothing before this has the anchor &${alias.source}`);
      return null;
    }
    targets.set(alias, target);
    return build(target, depth + 1);
  }

  function scalar(node: Scalar): unknown {
    const { value } = node;
    if (typeof value === "number" && !Number.isFinite(value)) {
      report(node, "NUMBER_INVALID", "this is not a number that can be kept", "put a text in quotes");
      return null;
    }
    return value;
  }

  function mapping(pairs: readonly Pair<Node, Node | null>[], depth: number): unknown {
    const object: Record<string, unknown> = {};
    const seen = new Set<string>();
    for (const pair of pairs) {
      const key = keyText(pair.key);
      if (key !== undefined && seen.has(key))
        report(
          pair.key,
          "DUPLICATE_KEY",
          `the key ${JSON.stringify(key)} is written twice`,
          "keep one of them",
        );
      const value = build(pair.value, depth + 1);
      if (key === undefined) continue;
      seen.add(key);
      object[key] = value;
    }
    return object;
  }

  function keyText(key: Node | null): string | undefined {
    if (isScalar(key) && typeof key.value === "string") {
      if (key.value === "<<" && key.type === "PLAIN") {
        report(key, "MERGE_KEY", "the merge key << is not allowed", "write the keys out");
        return undefined;
      }
      if (key.value === "__proto__") {
        report(key, "KEY_RESERVED", "the key __proto__ is not allowed");
        return undefined;
      }
      return key.value;
    }
    report(key ?? root, "KEY_NOT_TEXT", "a key must be a text", "put the key in quotes");
    return undefined;
  }

  return { value: build(root, 0), problems, targets };
}
