import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseAction } from "../../src/core/action/parse-action.ts";
import { signature } from "../../src/runs/deliver/signature.ts";

const page = readFileSync("docs/reference/notifications.md", "utf8");
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, "g"))].map(([, text = ""]) => text);

describe("the page of notifications", () => {
  it("shows manifests that are valid", () => {
    const manifests = blocks("yaml");
    expect(manifests).toHaveLength(2);
    for (const text of manifests)
      expect(parseAction({ bytes: Buffer.from(text), file: "a", name: "a" }).issues).toEqual([]);
  });

  it("shows how a signature is checked, and that tells a forged one and an old one", () => {
    const [recipe = ""] = blocks("python");
    const body = '{"text":"ünïcode"}';
    const now = Math.floor(Date.now() / 1000);
    const sign = (seconds: number, secret = "a key") => signature(secret, seconds, Buffer.from(body));
    const asked = [
      sign(now),
      sign(now, "another key"),
      sign(now - 3600),
      sign(now).replace(`t=${now}`, `t=${now + 1}`),
    ];
    const program = `${recipe}
import json, sys
headers, body = json.load(sys.stdin)
print(json.dumps([is_from_rota(b"a key", header, body.encode()) for header in headers]))`;
    const answer = execFileSync("python3", ["-c", program], { input: JSON.stringify([asked, body]) });
    expect(JSON.parse(answer.toString("utf8"))).toEqual([true, false, false, false]);
  });
});
