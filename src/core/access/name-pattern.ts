/** What a pattern of names may hold: what a name may, `*` for any text and `?` for any one character. */
const form = /^[A-Za-z0-9_.*?-]{1,64}$/;

export const isNamePattern = (text: string): boolean => form.test(text);

/** Whether a name of an action is one of those that a pattern means. Capitals count. */
export const matchesPattern = (pattern: string, name: string): boolean => isWithin(name, pattern);

/** Whether every name that `pattern` means is one that `wider` means as well. Never true wrongly. */
export const patternCovers = (wider: string, pattern: string): boolean => isWithin(pattern, wider);

/**
 * Reads `text` from left to right and goes back to the last `*` alone, so that no pattern takes longer than its
 * length times the text's. What `text` itself leaves open is a character like others: a `*` of `wider` takes it in,
 * a `?` of `wider` takes a `?`, nothing else takes a `*`.
 */
function isWithin(text: string, wider: string): boolean {
  let [at, in_, star, from] = [0, 0, -1, 0];
  while (at < text.length) {
    const wanted = wider[in_];
    if (wanted === "*") {
      star = in_;
      in_ += 1;
      from = at;
    } else if (wanted === text[at] || (wanted === "?" && text[at] !== "*")) {
      at += 1;
      in_ += 1;
    } else if (star >= 0) {
      from += 1;
      at = from;
      in_ = star + 1;
    } else return false;
  }
  while (wider[in_] === "*") in_ += 1;
  return in_ === wider.length;
}
