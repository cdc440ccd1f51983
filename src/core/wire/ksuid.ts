/** Seconds between the Unix epoch and the KSUID epoch, 2014-05-13T16:53:20Z. */
const epoch = 1_400_000_000;
const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const length = 27;
/** The text of twenty bytes 0xff: base62 of 27 digits can say more than 160 bits. */
const largest = "aWgEPTl1tmebfsQzFP4bxwgy80V";

/**
 * An id that sorts by its second of creation: four bytes of seconds since 2014-05-13 and sixteen random
 * ones, as 27 base62 digits. OpenObserve's ids of actions have this form; runs use it as well.
 * Throws RangeError for a time outside 2014–2150 or anything but sixteen bytes.
 */
export function ksuid(nowMs: number, random: Uint8Array): string {
  const seconds = Math.floor(nowMs / 1000) - epoch;
  if (!(seconds >= 0 && seconds <= 0xffff_ffff)) throw new RangeError(`No KSUID has the time ${nowMs}`);
  if (random.length !== 16) throw new RangeError("A KSUID takes sixteen random bytes");
  let value = BigInt(seconds);
  for (const byte of random) value = (value << 8n) | BigInt(byte);
  let text = "";
  for (let place = 0; place < length; place++) {
    text = digits[Number(value % 62n)] + text;
    value /= 62n;
  }
  return text;
}

/** Whether a text is a KSUID: 27 base62 digits that say no more than twenty bytes. */
export const isKsuid = (text: string): boolean => /^[0-9A-Za-z]{27}$/.test(text) && text <= largest;

/** Milliseconds since the epoch of the second in which a KSUID was made. Throws RangeError for other texts. */
export function ksuidTime(text: string): number {
  if (!isKsuid(text)) throw new RangeError("Not a KSUID");
  let value = 0n;
  for (const digit of text) value = value * 62n + BigInt(digits.indexOf(digit));
  return (Number(value >> 128n) + epoch) * 1000;
}
