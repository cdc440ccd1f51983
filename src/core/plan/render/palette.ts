/** Paints text; the terminal's colours come from outside, so that rendering stays pure. */
export interface Palette {
  readonly create: (text: string) => string;
  readonly update: (text: string) => string;
  readonly replace: (text: string) => string;
  readonly delete: (text: string) => string;
  readonly warning: (text: string) => string;
  readonly refusal: (text: string) => string;
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
}

const plain = (text: string): string => text;

/** No colour: files, pipes, NO_COLOR. */
export const plainPalette: Palette = {
  create: plain,
  update: plain,
  replace: plain,
  delete: plain,
  warning: plain,
  refusal: plain,
  strong: plain,
  faint: plain,
};
