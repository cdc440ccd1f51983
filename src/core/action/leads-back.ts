/** Whether a way that begins at `name` comes by one place twice. `next`: where it goes from a place; undefined: it ends. */
export function leadsBack(name: string, next: (name: string) => string | undefined): boolean {
  const seen = new Set<string>();
  let at: string | undefined = name;
  while (at !== undefined) {
    if (seen.has(at)) return true;
    seen.add(at);
    at = next(at);
  }
  return false;
}
