/** Who asks an action server to run an action. */
export const triggerSources = ["alerts", "search", "manual"] as const;
export type TriggerSource = (typeof triggerSources)[number];

/** Case does not matter, nor whether it is one or many; undefined: it is none of them. */
export function readTriggerSource(sent: string): TriggerSource | undefined {
  const name = sent.trim().toLowerCase();
  return triggerSources.find((known) => known === name || known === `${name}s`);
}
