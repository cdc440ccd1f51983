import { expressionRules } from "./expression-rules.ts";
import type { Rule } from "./rule.ts";
import { scheduleRules } from "./schedule-rules.ts";
import { typeRules } from "./type-rules.ts";
import { valueRules } from "./value-rules.ts";

/** Everything that must hold within one action beyond its schema. */
export const rules: readonly Rule[] = [...typeRules, ...scheduleRules, ...expressionRules, ...valueRules];
