import { createHash } from "node:crypto";
import type { FastifyReply } from "fastify";
import { escapeHtml } from "../../core/escape-html.ts";
import { frontPageStyle } from "../routes/front-page.ts";

const styleHash = createHash("sha256").update(frontPageStyle).digest("base64");

/** Answers a page that says why somebody is not signed in. Everything in it is text. */
export function sendRefusal(reply: FastifyReply, status: number, sentence: string): FastifyReply {
  return reply
    .code(status)
    .header(
      "content-security-policy",
      `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    )
    .header("cache-control", "no-store")
    .type("text/html; charset=utf-8")
    .send(refusalPage(sentence));
}

const refusalPage = (sentence: string): string => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Not signed in</title><style>${frontPageStyle}</style></head>
<body>
<h1>You are not signed in</h1>
<p>${escapeHtml(sentence)}</p>
<p><a href="/">Back</a></p>
</body>
</html>
`;
