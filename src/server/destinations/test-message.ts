import type { Json } from "../../core/json.ts";
import { alertSample } from "../../core/wire/destinations/alert-sample.ts";
import {
  type ContentSpec,
  parseContentSpec,
  readContentSpec,
} from "../../core/wire/destinations/content-spec.ts";
import type { Destination } from "../../core/wire/destinations/destination.ts";
import { renderContent } from "../../core/wire/destinations/render-content.ts";
import { renderTemplate } from "../../core/wire/destinations/render-template.ts";
import type { Template } from "../../core/wire/destinations/template.ts";
import { HttpError } from "../http-error.ts";
import type { Parts } from "../parts.ts";

/** What is to be sent: a saved template, or what one would say. */
export interface TestMessage {
  readonly definition?: Json;
  readonly template_name?: string | null;
}
type Asked = { readonly spec: ContentSpec } | { readonly template: Template };

/** Finds what `test_send` is to send. @throws HttpError in OpenObserve's words. */
export async function findTestMessage(
  parts: Parts,
  organization: string,
  { definition, template_name: name }: TestMessage,
): Promise<Asked> {
  const one = "Exactly one of `definition` or `template_name` must be set";
  const isDefined = definition !== undefined && definition !== null;
  if (isDefined && typeof name === "string") throw new HttpError(400, `${one}, not both`);
  if (isDefined) {
    const read = readContentSpec(definition);
    if (!read.ok) throw new HttpError(400, read.problem);
    return read;
  }
  if (typeof name !== "string") throw new HttpError(400, one);
  const template = await parts.store.destinations.findTemplate({ organization, name });
  if (template === undefined) throw new HttpError(404, `Template ${name.slice(0, 256)} not found`);
  return { template };
}

/** The text of the message: the sample, as the template has it. @throws HttpError 400. */
export function testMessageText(asked: Asked, organization: string, { metadata }: Destination): string {
  const sample = alertSample(organization, metadata);
  if ("spec" in asked) return JSON.stringify(renderContent(asked.spec, sample));
  const { name, kind, body } = asked.template;
  if (kind === "custom") return renderTemplate(body, sample);
  const read = parseContentSpec(body);
  if (!read.ok) throw new HttpError(400, `Template ${name} is not a valid content template: ${read.problem}`);
  return JSON.stringify(renderContent(read.spec, sample));
}
