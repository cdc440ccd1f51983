import type { Action, AlertLink } from "../action/action.ts";
import {
  evaluateCondition,
  evaluateExpression,
  type ParsedExpression,
  parseExpression,
} from "../expression/expression.ts";
import { evaluateStructure } from "../expression/template.ts";
import type { Json, JsonObject } from "../json.ts";
import type { Alert } from "./alert.ts";
import { alertVariable } from "./alert-variable.ts";

/** What an alert means for one link of an action; a reason is a sentence. */
export type LinkVerdict =
  | {
      readonly kind: "starts";
      /** One run per key is alive at a time; undefined: the link names none. */
      readonly key: string | undefined;
      /** As the link gives them, not yet checked against what the action declares. */
      readonly parameters: JsonObject;
    }
  | { readonly kind: "not"; readonly reason: string }
  /** The link applies or might, and cannot be carried out as it is written. */
  | { readonly kind: "failed"; readonly reason: string };

/** Everything that expressions of a link may use. */
const names = ["alert"];
/** Characters of a key. */
const longestKey = 512;

/** Whether an alert starts the action by this link, under which key and with which parameters. */
export function judgeLink(action: Action, link: AlertLink, alert: Alert): LinkVerdict {
  if (!action.enabled) return not("The action is disabled (enabled: false).");
  if (!link.on.includes(alert.state))
    return not(`The alert is ${alert.state}, and the link is for ${link.on.join(" and ")} ones.`);
  const variables = { alert: alertVariable(alert) };
  return unmatched(link, variables) ?? found(link, variables);
}

/** A storm brings a thousand alerts to each link; reading the expression is most of the work. */
const understood = new WeakMap<AlertLink, ParsedExpression>();

function understand(link: AlertLink): ParsedExpression {
  const known = understood.get(link) ?? parseExpression(link.match, { names, condition: true });
  understood.set(link, known);
  return known;
}

/** A member that this alert has not is no fault: alerts of all kinds are asked for theirs. */
function unmatched(link: AlertLink, variables: JsonObject): LinkVerdict | undefined {
  const parsed = understand(link);
  if (!parsed.ok) return failed(`match cannot be read: ${parsed.problem}.`);
  const met = evaluateCondition(parsed.expression, variables);
  if (met.ok) return met.value ? undefined : not(`match is false: ${link.match.trim()}`);
  return met.missing
    ? not(`match asks for what this alert has not: ${met.problem}.`)
    : failed(`match cannot be evaluated: ${met.problem}.`);
}

function found(link: AlertLink, variables: JsonObject): LinkVerdict {
  const key = readKey(link.key, variables);
  if (key !== undefined && "problem" in key) return failed(key.problem);
  const made = evaluateStructure(link.parameters, variables, { names });
  if (!made.ok) return failed(`The parameter ${made.path.join(".")} cannot be evaluated: ${made.problem}.`);
  return { kind: "starts", key: key?.text, parameters: made.value as JsonObject };
}

function readKey(
  key: string | undefined,
  variables: JsonObject,
): { readonly text: string } | { readonly problem: string } | undefined {
  if (key === undefined) return undefined;
  const parsed = parseExpression(key, { names });
  if (!parsed.ok) return { problem: `key cannot be read: ${parsed.problem}.` };
  const value = evaluateExpression(parsed.expression, variables);
  if (!value.ok) return { problem: `key cannot be evaluated: ${value.problem}.` };
  const text = keyText(value.value);
  if (text === undefined) return { problem: "key must be a text, a number, true or false." };
  return text.length > longestKey
    ? { problem: `key has ${text.length} characters; it may have ${longestKey}.` }
    : { text };
}

const keyText = (value: Json): string | undefined =>
  typeof value === "string"
    ? value
    : typeof value === "number" || typeof value === "boolean"
      ? String(value)
      : undefined;

const not = (reason: string): LinkVerdict => ({ kind: "not", reason });
const failed = (reason: string): LinkVerdict => ({ kind: "failed", reason });
