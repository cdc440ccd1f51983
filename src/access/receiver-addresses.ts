import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import type { Instant } from "../core/time.ts";
import { auditEntry } from "./audit/audit-entry.ts";
import type { AccessStore, ReceiverRef } from "./ports.ts";
import { type Principal, requireAdmin } from "./principal.ts";

export interface SignedReceiver extends ReceiverRef {
  readonly generation: number;
}
export interface ReceiverAddresses {
  /** The signature in the address of a receiver: 43 characters that are good in one. */
  sign(receiver: SignedReceiver): string;
  /** Whether a signature is that of this receiver of this organization and generation. */
  isSignature(text: string, receiver: SignedReceiver): boolean;
}

/**
 * Signatures of addresses that programs send alerts to which can neither log in nor hold a token. One is made of the
 * server's secret key, the receiver and a generation, and nothing of it is stored: the next generation ends it.
 */
export function receiverAddresses(secretKey: Uint8Array): ReceiverAddresses {
  const key = Buffer.from(hkdfSync("sha256", secretKey, "", "rota receiver address 1", 32));
  const sign = ({ organization, receiver, generation }: SignedReceiver): string =>
    createHmac("sha256", key)
      .update(JSON.stringify([organization, receiver, generation]))
      .digest("base64url");
  return {
    sign,
    isSignature(text, receiver) {
      const [given, expected] = [Buffer.from(text), Buffer.from(sign(receiver))];
      return given.length === expected.length && timingSafeEqual(given, expected);
    },
  };
}

/** A signature that came with a request, and the receiver that its address names. */
export interface SentSignature {
  readonly receiver: string;
  readonly text: string;
}

/**
 * Who sends to a signed address: nobody but the receiver itself, which may send alerts to itself and nothing else.
 * undefined: the signature is not good, or not good any more. No one can guess one, so failures are not counted.
 */
export async function senderOf(
  needs: {
    readonly store: Pick<AccessStore, "receiverAddress">;
    readonly receiverAddresses: ReceiverAddresses;
  },
  { receiver, text }: SentSignature,
  { organization, address }: { readonly organization: string; readonly address: string },
): Promise<Principal | undefined> {
  const made = await needs.store.receiverAddress({ organization, receiver });
  if (made === undefined) return undefined;
  if (!needs.receiverAddresses.isSignature(text, { organization, receiver, generation: made.generation }))
    return undefined;
  return {
    organization,
    email: `receiver:${receiver}`,
    kind: "service-account",
    admin: false,
    grants: [{ object: `alert:${receiver}`, permission: "AllowPost" }],
    via: "signed-address",
    address,
  };
}

/** The signature of a receiver's address and since when it is good; an administrator's to see. @throws AccessError FORBIDDEN. */
export async function showReceiverAddress(
  needs: {
    readonly store: Pick<AccessStore, "makeReceiverAddress">;
    readonly receiverAddresses: ReceiverAddresses;
    readonly principal: Principal;
    readonly now: Instant;
  },
  { receiver, anew }: { readonly receiver: string; readonly anew: boolean },
): Promise<{ readonly signature: string; readonly madeAt: Instant; readonly madeBy: string }> {
  const { principal, now, store } = needs;
  requireAdmin(principal, "see the signed address of a receiver");
  const { organization } = principal;
  const audit = auditEntry(principal, now, "create", `alert:${receiver}`);
  const made = await store.makeReceiverAddress({ organization, receiver, anew, audit });
  const { generation, ...rest } = made;
  return { signature: needs.receiverAddresses.sign({ organization, receiver, generation }), ...rest };
}
