import { createHmac } from "node:crypto";

/**
 * The value of X-Rota-Signature: `t=<seconds>,v1=<hex>`, where hex is the HMAC-SHA256 of `<seconds>.<body>` with the
 * secret's bytes as the key.
 */
export const signature = (secret: string, seconds: number, body: Uint8Array): string =>
  `t=${seconds},v1=${createHmac("sha256", Buffer.from(secret, "utf8")).update(`${seconds}.`).update(body).digest("hex")}`;
