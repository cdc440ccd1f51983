import { sealWith } from "./seal.ts";

/** Hides texts in the store from whoever reads it without the server's key. */
export interface TextSealer {
  /** `context`: what it belongs to; opening needs the same. */
  seal(text: string, context: string): string;
  /** @throws SealError when it was sealed with another key or for something else. */
  open(sealed: string, context: string): string;
}

/** Seals the secret parameters of runs under the server's secret key. */
export function parameterSealer(secretKey: Uint8Array): TextSealer {
  const { seal, open } = sealWith(secretKey, "sealed parameters");
  return {
    seal: (text, context) => seal(Buffer.from(text, "utf8"), [context]),
    open: (sealed, context) => open(sealed, [context]).toString("utf8"),
  };
}
