import type { ASTNode } from "@marcbachmann/cel-js";
import { children } from "./children.ts";
import { comprehensions } from "./comprehensions.ts";
import type { Expression } from "./expression.ts";

/** A member that an expression takes of a top-level name: `parameters.service`, `steps["restart"].outputs`. */
export interface Reference {
  readonly name: string;
  readonly member: string;
  /** Where it stands in the expression's text, in UTF-16 units. */
  readonly offset: number;
  readonly length: number;
}

/** Every member of a top-level name that an expression spells out. One that is computed is known when it runs. */
export function references({ tree }: Expression): readonly Reference[] {
  const found: Reference[] = [];
  collect(tree, new Set(), found);
  return found;
}

function collect(node: ASTNode, bound: ReadonlySet<string>, found: Reference[]): void {
  const [holder, member] = memberOf(node);
  if (holder?.op === "id" && member !== undefined && !bound.has(holder.args))
    found.push({ name: holder.args, member, offset: node.start, length: node.end - node.start });
  const loop = loopOf(node);
  if (loop === undefined) {
    for (const child of children(node)) collect(child, bound, found);
    return;
  }
  collect(loop.over, bound, found);
  for (const child of loop.inside) collect(child, new Set([...bound, loop.variable]), found);
}

function memberOf(node: ASTNode): readonly [holder?: ASTNode, member?: string] {
  if (node.op === ".") return [node.args[0], node.args[1]];
  if (node.op !== "[]") return [];
  const [holder, index] = node.args;
  return index.op === "value" && typeof index.args === "string" ? [holder, index.args] : [];
}

/** The parts of `list.map(x, …)` and its kin: what is looked through, the variable, and what sees it. */
function loopOf(
  node: ASTNode,
): { readonly over: ASTNode; readonly variable: string; readonly inside: readonly ASTNode[] } | undefined {
  if (node.op !== "rcall" || !Object.hasOwn(comprehensions, node.args[0])) return undefined;
  const [, over, [variable, ...inside]] = node.args;
  return variable?.op === "id" ? { over, variable: variable.args, inside } : undefined;
}
