/** The id of a step that has none: its name as a word, "Restart nginx" -> "restart_nginx". `index` from 0. */
export function stepId(name: string, index: number): string {
  const word = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .slice(0, 64);
  if (word === "") return `step_${index + 1}`;
  return /^[0-9]/.test(word) ? `_${word}`.slice(0, 64) : word;
}
