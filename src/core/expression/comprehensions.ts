import type { ASTNode } from "@marcbachmann/cel-js";
import { type Budget, ExpressionError } from "./expression-error.ts";
import { isList, isMap, member, typeName, type Value } from "./values.ts";

interface Names {
  lookup(name: string): Value | undefined;
  readonly budget: Budget;
}

/** What a comprehension needs of the interpreter; given, so that neither imports the other in a circle. */
interface Place {
  readonly scope: Names;
  readonly offset: number;
  condition(node: ASTNode, scope: Names): boolean;
  interpret(node: ASTNode, scope: Names): Value;
}
type Comprehension = (over: Value, parameters: readonly ASTNode[], place: Place) => Value;

/** `list.all(x, test)` and its kin; over a map they see its keys. */
export const comprehensions: Readonly<Record<string, Comprehension>> = {
  all: (over, [name, test], place) => decide(over, name!, test!, place, false),
  exists: (over, [name, test], place) => decide(over, name!, test!, place, true),
  exists_one: (over, [name, test], place) =>
    scopes(over, name!, place).filter((scope) => place.condition(test!, scope)).length === 1,
  filter: (over, [name, test], place) =>
    scopes(over, name!, place)
      .filter((scope) => place.condition(test!, scope))
      .map((scope) => scope.item),
  map: (over, [name, first, second], place) =>
    scopes(over, name!, place)
      .filter((scope) => second === undefined || place.condition(first!, scope))
      .map((scope) => place.interpret((second ?? first)!, scope)),
};

/** Whether an item decides for `decisive`; an item without a value counts only when none decides. */
function decide(over: Value, name: ASTNode, test: ASTNode, place: Place, decisive: boolean): boolean {
  let first: ExpressionError | undefined;
  for (const scope of scopes(over, name, place)) {
    try {
      if (place.condition(test, scope) === decisive) return decisive;
    } catch (error) {
      if (!(error instanceof ExpressionError) || error.fatal) throw error;
      first ??= error;
    }
  }
  if (first !== undefined) throw first;
  return !decisive;
}

function scopes(over: Value, name: ASTNode, place: Place): (Names & { readonly item: Value })[] {
  const { scope } = place;
  return items(over, place).map((item) => ({
    item,
    budget: scope.budget,
    lookup: (asked) => (asked === name.args ? item : scope.lookup(asked)),
  }));
}

function items(over: Value, { offset, scope }: Place): Value[] {
  if (!isList(over) && !isMap(over))
    throw new ExpressionError(`a ${typeName(over)} has no items to look at`, offset);
  const keys = isMap(over) ? Object.keys(over) : over;
  scope.budget.spend(keys.length, offset);
  return isMap(over) ? Object.keys(over) : over.map((_, index) => member(over, index) ?? null);
}
