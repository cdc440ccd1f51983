import { expressionRules } from "./expression-rules.ts";
import { limitRules } from "./limit-rules.ts";
import { linkRules } from "./link-rules.ts";
import { notifyRules } from "./notify-rules.ts";
import type { Rule } from "./rule.ts";
import { scheduleRules } from "./schedule-rules.ts";
import { secretRules } from "./secret-rules.ts";
import { textRules } from "./text-rules.ts";
import { typeRules } from "./type-rules.ts";
import { valueRules } from "./value-rules.ts";

/** Everything that must hold within one action beyond its schema, wherever it comes from. */
export const rules: readonly Rule[] = [
  ...typeRules,
  ...scheduleRules,
  ...linkRules,
  ...notifyRules,
  ...expressionRules,
  ...valueRules,
  ...limitRules,
  ...textRules,
];

/** What must hold in addition of an action that is written in a file. */
export const fileRules: readonly Rule[] = [...rules, ...secretRules];
