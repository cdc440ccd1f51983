import type { AlertLink } from "../action/action.ts";
import { evaluateCondition, parseExpression } from "../expression/expression.ts";

/**
 * Whether alerts of a name may start an action by this link, as far as the name alone tells: what else `match` asks
 * for is not known, and so may be true.
 */
export function mayStart({ match }: Pick<AlertLink, "match">, name: string): boolean {
  const parsed = parseExpression(match, { names: ["alert"], condition: true });
  if (!parsed.ok) return false;
  const met = evaluateCondition(parsed.expression, { alert: { name, labels: { alertname: name } } });
  return met.ok ? met.value : met.missing === true;
}
