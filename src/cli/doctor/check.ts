/** One thing that was looked at. */
export interface Check {
  readonly name: string;
  /** As it should be. */
  readonly ok: boolean;
  /** Rota cannot do its work on this machine without. */
  readonly needed: boolean;
  readonly found: string;
  /** What to do about it; null where nothing has to be done. */
  readonly advice: string | null;
}

export const passed = (name: string, needed: boolean, found: string): Check => ({
  name,
  ok: true,
  needed,
  found,
  advice: null,
});

export const failed = (name: string, needed: boolean, found: string, advice: string): Check => ({
  name,
  ok: false,
  needed,
  found,
  advice,
});
