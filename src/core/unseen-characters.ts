/*
 * Characters that make a text look like something else than it is. One list for each question; none of these
 * patterns is sticky or global, so that `test` has no memory.
 */

/**
 * What no manifest may hold: C0 but tab and line ends, DEL, C1 but NEL, separators that break lines, marks that
 * turn the direction of reading, the byte order mark.
 */
export const refusedCharacter =
  /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/;

/** What may not reach a terminal as it is: control characters but tab, line breaks and direction marks. */
export const drivingCharacters =
  /[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** All that shows nothing by itself, joiners of emoji among them: for names and values that are compared by eye. */
export const invisibleCharacters = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
