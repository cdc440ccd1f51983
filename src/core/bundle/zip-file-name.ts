/** Characters of the code digest that a zip's name carries. */
const carried = 24;

/**
 * The name that a bundle travels under. Content-addressed, because OpenObserve stores uploads under
 * this name alone: two actions with one name would share an object.
 */
export const zipFileName = (name: string, code: string): string => `${name}-${code.slice(0, carried)}.zip`;

/** The 24 hex digits of the code digest in a zip's name; undefined for a name that another client chose. */
export const codeInZipFileName = (fileName: string): string | undefined =>
  /-([0-9a-f]{24})\.zip$/.exec(fileName)?.[1];
