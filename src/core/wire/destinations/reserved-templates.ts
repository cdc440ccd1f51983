/**
 * Kinds of destination that OpenObserve ships a template for. Rota ships none, and keeps their names free, so that
 * what is copied from there does not mean something else here.
 */
const shipped: readonly string[] = [
  "slack",
  "msteams",
  "teams",
  "pagerduty",
  "discord",
  "webhook",
  "opsgenie",
  "servicenow",
  "email",
];
const reserved: ReadonlySet<string> = new Set([
  "o2_default_content",
  ...shipped.map((kind) => `prebuilt_${kind}`),
]);

/** Whether only OpenObserve itself makes templates of this name. */
export const isReservedTemplate = (name: string): boolean => reserved.has(name);

/** Answered with 403. */
export const readOnlyTemplate = (name: string): string =>
  `Template '${name}' is a system prebuilt template and cannot be modified or deleted. Create a copy with a different name to customize it.`;

/** Answered with 400. */
export const reservedTemplate = (name: string): string =>
  `Template name '${name}' is reserved for system prebuilt templates. Pick a different name.`;
