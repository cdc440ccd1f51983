import type { FastifyInstance } from "fastify";
import { parse } from "yaml";
import { readGallery, type TemplateGroup } from "../../sync/index.ts";
import { orgParams, refusals } from "./schemas.ts";

const text = { type: "string" } as const;

const template = {
  type: "object",
  properties: {
    title: text,
    name: { ...text, description: "Of its folder; a name for an action of it" },
    summary: text,
    action: { type: "object", additionalProperties: true, description: "As its action.yaml writes it" },
    manifest: { ...text, description: "Text of its action.yaml" },
    files: { type: "object", additionalProperties: text, description: "Text of its other files, by name" },
  },
} as const;

const schema = {
  tags: ["actions"],
  summary: "Ready-made runbooks to start from",
  description:
    "The gallery by group. To use one is to write its files as an action of a repository of yours.",
  params: orgParams,
  response: {
    200: {
      description: "The gallery, in its order",
      type: "object",
      properties: {
        groups: {
          type: "array",
          items: {
            type: "object",
            properties: { name: text, templates: { type: "array", items: template } },
          },
        },
      },
    },
    ...refusals,
  },
} as const;

/** The gallery of templates: the same for everybody who has a login, and read-only. */
export function templateRoutes(app: FastifyInstance): void {
  let answer: Promise<ReturnType<typeof galleryJson>> | undefined;
  app.get("/api/:org/templates", { schema }, () => {
    answer ??= readGallery().then(galleryJson, (error: unknown) => {
      answer = undefined;
      throw error;
    });
    return answer;
  });
}

const galleryJson = (groups: readonly TemplateGroup[]) => ({
  groups: groups.map(({ name, templates }) => ({
    name,
    templates: templates.map(({ title, name, summary, manifest, files }) => ({
      title,
      name,
      summary,
      action: parse(manifest) as object,
      manifest,
      files,
    })),
  })),
});
