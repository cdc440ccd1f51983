import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import { type Instant, toMilliseconds } from "../core/time.ts";

/** One person's question about one run. */
export interface ApprovalLink {
  readonly organization: string;
  readonly run: string;
  /** Whom it was sent to: the vote is theirs. */
  readonly email: string;
  /** What is asked changes with the round, and the link is worth nothing then. */
  readonly round: number;
  readonly expires: Instant;
}

export interface ApprovalLinks {
  /** The last part of the link's address: `/approvals/<text>`. */
  mint(link: ApprovalLink): string;
  /** undefined: not ours, altered, expired. */
  read(text: string, now: Instant): ApprovalLink | undefined;
}

const form = /^([A-Za-z0-9_-]{16,1600})\.([A-Za-z0-9_-]{43})$/;

/**
 * Links by which a person answers whether a run may start, without a login. Each is signed with a key derived from the
 * server's secret key and names organization, run, person, round and expiry; nothing is stored. It is good for one
 * vote, because nobody votes twice in a round; the vote is held to the same rules as one with a login.
 */
export function approvalLinks(secretKey: Uint8Array): ApprovalLinks {
  const key = Buffer.from(hkdfSync("sha256", secretKey, "", "rota approval link 1", 32));
  const sign = (content: string) => createHmac("sha256", key).update(content).digest();
  return {
    mint({ organization, run, email, round, expires }) {
      const seconds = Math.ceil(toMilliseconds(expires) / 1000);
      const content = Buffer.from(JSON.stringify([organization, run, email, round, seconds])).toString(
        "base64url",
      );
      return `${content}.${sign(content).toString("base64url")}`;
    },
    read(text, now) {
      const [, content, signature] = form.exec(text) ?? [];
      if (content === undefined || signature === undefined) return undefined;
      const given = Buffer.from(signature, "base64url");
      const expected = sign(content);
      if (given.length !== expected.length || !timingSafeEqual(expected, given)) return undefined;
      const [organization, run, email, round, seconds] = JSON.parse(
        Buffer.from(content, "base64url").toString("utf8"),
      ) as [string, string, string, number, number];
      if (seconds * 1000 <= toMilliseconds(now)) return undefined;
      return { organization, run, email, round, expires: seconds * 1_000_000 };
    },
  };
}
