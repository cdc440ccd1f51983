import { expect, it } from "vitest";
import { alertSample } from "../../../../src/core/wire/destinations/alert-sample.ts";
import { renderTemplate } from "../../../../src/core/wire/destinations/render-template.ts";

const sample = alertSample("default", { team: 'ops "night"' });
const render = (body: string, context = sample) => renderTemplate(body, context);

it("replaces variables of the alert, of rows and of the destination", () => {
  expect(render("{alert_name} of {stream_name}: {alert_count}")).toBe("[TEST] Sample alert of sample: 2");
  expect(render("{host} {errors} {service}")).toBe("web-1, web-2 42, 17 checkout");
  expect(render("{host:4}")).toBe("web-");
  expect(render('{"team":"{team}"}')).toBe('{"team":"ops \\"night\\""}');
});

it("leaves alone what nobody knows", () => {
  const body = "{nothing} {alert_name:3} {} { alert_name } {constructor} {toString:2} {...host}";
  expect(render(body)).toBe(body);
});

it("makes a JSON list of rows that are JSON, between quotes alone", () => {
  const json = JSON.stringify(sample.rows);
  expect(render('{"rows":"{rows}"}')).toBe(`{"rows":${json}}`);
  expect(render('{"rows":"{rows:1}"}')).toBe(`{"rows":${JSON.stringify(sample.rows.slice(0, 1))}}`);
  expect(render('"{rows}"')).toBe(json);
  expect(JSON.parse(`"${render("all: {rows}")}"`)).toBe(
    `all: ${sample.rows.map((row) => JSON.stringify(row)).join("\n")}`,
  );
});

it("takes lists among the rows apart", () => {
  const context = { ...sample, rowTexts: [[{ a: 1 }, { a: 2 }], { a: 3 }] };
  expect(render('"{...rows}"', context)).toBe('[{"a":1},{"a":2},{"a":3}]');
  expect(render('"{rows}"', context)).toBe('[[{"a":1},{"a":2}],{"a":3}]');
  expect(render('"{...rows:1}"', context)).toBe('[{"a":1},{"a":2}]');
});

it("writes rows that are texts into the text, one a line", () => {
  const context = { ...sample, rowTexts: ['disk "full"', "cpu high"] };
  expect(JSON.parse(render('{"text":"{rows}"}', context))).toEqual({ text: 'disk "full"\ncpu high' });
  expect(JSON.parse(render('{"text":"{rows:1}"}', context))).toEqual({ text: 'disk "full"' });
});

it("never replaces what a value contains", () => {
  const context = { ...sample, rows: [{ host: "{alert_url}", note: "{rows}" }], attributes: {} };
  expect(render("{host} {note}", context)).toBe("{alert_url} {rows}");
});
