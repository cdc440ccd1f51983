import { describe, expect, it } from "vitest";
import type { DesiredItem } from "../../../../src/core/plan/plan.ts";
import { PlanFileError, readPlan, renderJson } from "../../../../src/core/plan/render/json.ts";
import { commentLimit, renderMarkdown } from "../../../../src/core/plan/render/markdown.ts";
import { plainPalette } from "../../../../src/core/plan/render/palette.ts";
import { renderText } from "../../../../src/core/plan/render/text.ts";
import { account, action, live, planned, provider } from "../items.ts";
import { fullPlan } from "./worlds.ts";

const hostile = "\u001b[2J</details><script>alert(1)</script>\n```\n| @everyone #1 \u202egnp.exe";

describe("one plan, three renderings", () => {
  it("as text", async () => {
    await expect(renderText(fullPlan())).toMatchFileSnapshot("golden/plan.txt");
  });
  it("as markdown", async () => {
    await expect(renderMarkdown(fullPlan())).toMatchFileSnapshot("golden/plan.md.txt");
  });
  it("as JSON", async () => {
    await expect(renderJson(fullPlan())).toMatchFileSnapshot("golden/plan.json.txt");
  });
});

describe("text", () => {
  it("says when there is nothing to do", () => {
    const items = ["a", "b", "c", "d"].map((name) => action(name));
    const text = renderText(planned({ desired: items, live: items.map((item) => live(item)) }).plan);
    expect(text.trimEnd().split("\n").at(-1)).toBe("No changes. 4 actions up to date.");
  });

  it("counts what is up to date by kind", () => {
    const last = (...items: readonly DesiredItem[]) =>
      renderText(planned({ desired: items, live: items.map((item) => live(item)) }).plan)
        .trimEnd()
        .split("\n")
        .at(-1);
    const [one, two] = [provider("a"), provider("b")];
    expect(last(one, two)).toBe("No changes. 2 providers up to date.");
    expect(last(action("a"), one)).toBe("No changes. 1 action and 1 provider up to date.");
    expect(last(action("a"), account("a@x.y"), account("b@x.y"), one)).toBe(
      "No changes. 1 action, 2 service accounts and 1 provider up to date.",
    );
  });

  it("paints through the palette and through nothing else", () => {
    const palette = { ...plainPalette, create: (text: string) => `<g>${text}</g>` };
    expect(renderText(planned({ desired: [action("a")] }).plan, palette)).toContain("<g>  +</g> action a");
  });

  it("shows where two long values begin to differ", () => {
    const long = (end: string) => action("a", { description: `${"x".repeat(5000)}${end}` });
    const text = renderText(planned({ desired: [long("NEW")], live: [live(long("OLD"))] }).plan);
    expect(text).toMatch(/OLD" -> \.\.\.x+NEW"/);
    expect(text.length).toBeLessThan(1000);
  });

  it("neutralises terminal escapes and turned reading directions", () => {
    const item = action("a", { description: hostile });
    const text = renderText(planned({ desired: [item], request: { scope: hostile, server: hostile } }).plan);
    expect(text).not.toMatch(/[^\n\P{C}]/u);
    expect(text).toContain("\\u{1b}[2J");
  });
});

describe("what a flag let through", () => {
  const options = { adopt: ["a"], prune: true };
  const { plan } = planned({
    desired: [action("a")],
    live: [live(action("a"), { managedBy: undefined })],
    options,
    request: { commit: undefined },
  });

  it("is told in text and markdown, and so is a tree that is no commit", () => {
    expect(renderText(plan)).toContain("Overruled by --adopt a: it was not made by Rota");
    expect(renderText(plan)).toContain("files as they are");
    expect(renderMarkdown(plan)).toContain("**Overruled**");
  });
});

describe("a plan that is stopped", () => {
  it("does not say that nothing changes", () => {
    const text = renderText(
      planned({ desired: [action("a")], live: [live(action("a"), { managedBy: "x" })] }).plan,
    );
    expect(text).toContain("Plan: nothing can be done yet.");
  });
});

describe("markdown", () => {
  it("reads nothing of a user as Markdown or HTML", () => {
    const item = action("a", { description: hostile, env: { "``": hostile } });
    const stray = live(action(hostile));
    const text = renderMarkdown(
      planned({
        desired: [item],
        live: [stray],
        options: { prune: true },
        request: { organization: hostile },
      }).plan,
    );
    const outside = text.replace(/(`{3,})diff\n.*?\n\1\n/gs, "");
    const inside = /(`{3,})diff\n(.*?)\n\1\n/s.exec(text);
    const tags = [...new Set(outside.match(/<[^>]*>/g))].map((tag) => tag.replace("/", "")).sort();
    expect([...new Set(tags)]).toEqual(["<code>", "<details>", "<sub>", "<summary>"]);
    expect(outside).not.toMatch(/<script|@|\u202e|\u001b/);
    expect(inside?.[2]?.split("\n").every((line) => /^[+-] /.test(line))).toBe(true);
  });

  it("keeps within a comment, drops the biggest diffs first and counts them", () => {
    const items = Array.from({ length: 60 }, (_, index) =>
      action(`a${index}`, { env: Object.fromEntries(keys(index * 5).map((key) => [key, "v".repeat(40)])) }),
    );
    const doomed = Array.from({ length: 30 }, (_, index) => live(action(`gone${index}`)));
    const text = renderMarkdown(planned({ desired: items, live: doomed, options: { prune: true } }).plan);
    expect(text.length).toBeLessThanOrEqual(commentLimit);
    expect(text.length).toBeGreaterThan(commentLimit * 0.8);
    const shown = text.match(/<details>/g)?.length ?? 0;
    expect(text).toContain(`${60 - shown} omitted`);
    expect(text).toContain("<code>a0</code>");
    expect(text).not.toContain("<code>a59</code>");
    for (const { name } of doomed) expect(text).toContain(`<code>${name}</code>`);
    expect(text).toContain("&#45;&#45;allow&#45;deletes");
  });

  it("stays within the limit even when the deletions alone do not fit", () => {
    const doomed = Array.from({ length: 5000 }, (_, index) => live(action(`gone${index}${"x".repeat(50)}`)));
    const text = renderMarkdown(
      planned({ desired: [action("a")], live: doomed, options: { prune: true } }).plan,
    );
    expect(text.length).toBeLessThanOrEqual(commentLimit);
    expect(text).toMatch(/- \d+ more omitted/);
    expect(text).toContain("Refused");
  });
});

const keys = (count: number) => Array.from({ length: count }, (_, index) => `K${index}`);

describe("JSON", () => {
  it("round-trips to the same plan and the same text", () => {
    const plan = fullPlan();
    const text = renderJson(plan);
    expect(readPlan(text)).toEqual(JSON.parse(JSON.stringify(plan)));
    expect(renderJson(readPlan(text))).toBe(text);
    expect(renderText(readPlan(text))).toBe(renderText(plan));
  });

  it.each([
    ["no JSON", "{", /not JSON/],
    ["no plan", "[]", /no plan/],
    ["null", "null", /no plan/],
    ["another format", '{"planId":"x","formatVersion":2}', /format 2/],
    ["edited", renderJson(fullPlan()).replace("gone-1", "gone-3"), /changed after/],
  ])("refuses a file that is %s", (_, text, message) => {
    expect(() => readPlan(text)).toThrow(PlanFileError);
    expect(() => readPlan(text)).toThrow(message);
  });

  it("holds no value that git does not", () => {
    expect(renderJson(fullPlan())).not.toContain("hunter2");
  });
});
