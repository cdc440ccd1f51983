import type { ASTNode } from "@marcbachmann/cel-js";
import { nearest } from "../nearest.ts";
import { children } from "./children.ts";
import { comprehensions } from "./comprehensions.ts";
import { functions, methods } from "./functions.ts";

interface Refusal {
  readonly problem: string;
  readonly offset: number;
}

/** The first thing in a tree that the parser knows and we do not: bytes, unsigned numbers, types as values, `cel.bind`. */
export function unsupported(node: ASTNode, names: readonly string[]): Refusal | undefined {
  const refusal = refusalOf(node, names);
  if (refusal !== undefined) return refusal;
  for (const child of children(node)) {
    const inner = unsupported(child, names);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

function refusalOf(node: ASTNode, names: readonly string[]): Refusal | undefined {
  const say = (problem: string): Refusal => ({ problem, offset: node.start });
  if (node.op === "value" && typeof node.args === "object" && node.args !== null)
    return say("bytes and unsigned numbers are not available");
  if (node.op === "id" && !names.includes(node.args) && ["google", "cel", ...typeNames].includes(node.args))
    return say(`"${node.args}" has no value here`);
  if (node.op === "call" && node.args[0] !== "has")
    return unknownName("function", node.args[0], functions, say);
  if (node.op === "rcall") return unknownName("method", node.args[0], { ...methods, ...comprehensions }, say);
  return undefined;
}

const typeNames = [
  "int",
  "uint",
  "double",
  "bool",
  "string",
  "bytes",
  "list",
  "map",
  "type",
  "null_type",
  "dyn",
];

function unknownName(
  kind: string,
  name: string,
  known: Readonly<Record<string, unknown>>,
  say: (problem: string) => Refusal,
): Refusal | undefined {
  if (Object.hasOwn(known, name)) return undefined;
  const near = nearest(name, Object.keys(known));
  return say(
    `there is no ${kind} ${name.slice(0, 64)}()${near === undefined ? "" : `; did you mean ${near}()?`}`,
  );
}
