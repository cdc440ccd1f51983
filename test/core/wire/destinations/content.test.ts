import { describe, expect, it } from "vitest";
import type { Json } from "../../../../src/core/json.ts";
import { alertSample } from "../../../../src/core/wire/destinations/alert-sample.ts";
import { parseContentSpec, readContentSpec } from "../../../../src/core/wire/destinations/content-spec.ts";
import { renderContent } from "../../../../src/core/wire/destinations/render-content.ts";

const sample = alertSample("default", { team: "" });
const render = (value: Json) => {
  const read = readContentSpec(value);
  if (!read.ok) throw new Error(read.problem);
  return renderContent(read.spec, sample);
};

describe("a content spec", () => {
  it("becomes OpenObserve's envelope, marked as a test", () => {
    const made = render({
      title: "{alert_name} on {stream_name}",
      body: "**{host}** has {errors:2} errors, {nothing}",
      fields: [
        { label: "Hosts", value: "{host}" },
        { label: "Hidden", value: "x", show_when: { levels: ["critical"] } },
      ],
      links: [{ label: "Runbook", url: "https://example.com/{service}" }],
      future: { anything: true },
    });
    expect(made).toMatchObject({
      version: 1,
      title: "[TEST] Sample alert on sample",
      body_markdown: "**web\\-1\\, web\\-2** has 42 errors, –",
      fields: { Hosts: "web-1, web-2" },
      rows: sample.rows,
      links: [
        { label: "Runbook", url: "https://example.com/checkout" },
        { label: "", url: sample.variables.alert_url },
      ],
      severity: null,
      chart_url: null,
    });
    expect(made.context).toMatchObject({ host: ["web-1", "web-2"], team: null, alert_count: "2" });
    expect(JSON.stringify(made)).not.toContain("Hidden");
  });

  it("has another title for webhooks where one is given", () => {
    expect(render({ title: "a", title_overrides: { webhook: "b", slack: "c" } }).title).toBe("[TEST] b");
  });

  const wrong: readonly (readonly [Json, string])[] = [
    [[], "it must be an object"],
    ["text", "it must be an object"],
    [{ title: 1 }, "title must be a text"],
    [{ fields: {} }, "fields must be a list"],
    [{ links: ["x"] }, "links must be a list of objects"],
    [{ title_overrides: { slack: 1 } }, "slack must be a text"],
    [{ fields: [{ show_when: "critical" }] }, "show_when must be an object with a list of levels"],
  ];
  for (const [value, problem] of wrong)
    it(`is refused: ${JSON.stringify(value)}`, () =>
      expect(readContentSpec(value)).toEqual({ ok: false, problem }));

  it("is refused where it is no JSON", () =>
    expect(parseContentSpec("{alert_name} fired")).toEqual({ ok: false, problem: "it is no JSON" }));
});

describe("a link", () => {
  const read = (url: string) => readContentSpec({ links: [{ label: "go", url }] }).ok;
  for (const url of [
    "https://example.com/x",
    "HTTP://example.com",
    "mailto:ops@example.com",
    "/web/logs",
    "?a=b:c",
    "#x",
    "{alert_url}",
    "{alert_url}&tab=logs",
    "{scheme}://host/x",
  ])
    it(`may lead to ${url}`, () => expect(read(url)).toBe(true));
  for (const url of [
    "",
    "foo",
    "example.com/x",
    "javascript:alert(1)",
    " java\tscript:alert(1)",
    "java%73cript:alert(1)",
    "{x}javascript:alert(1)",
    "data:text/html,x",
    "file:///etc/passwd",
    "http:",
    "https://",
    "https://-",
    "mailto:",
    "mailto:nobody",
    "{x} y",
  ])
    it(`may not lead to ${JSON.stringify(url)}`, () => expect(read(url)).toBe(false));
});
