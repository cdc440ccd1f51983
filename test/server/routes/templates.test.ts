import { afterAll, beforeAll, expect, it } from "vitest";
import { readGallery } from "../../../src/sync/index.ts";
import { type Started, startServer } from "../start-server.ts";

let started: Started;
beforeAll(async () => {
  started = await startServer();
});
afterAll(() => started.stop());

it("E13, E14: the API has the gallery, each template with its steps, settings and files", async () => {
  const url = `${started.address}/api/default/templates`;
  expect((await fetch(url)).status).toBe(401);
  const answer = await fetch(url, { headers: { authorization: started.login } });
  expect(answer.status).toBe(200);
  const { groups } = (await answer.json()) as { groups: { name: string; templates: { title: string }[] }[] };
  const gallery = await readGallery();
  expect(groups.map(({ name, templates }) => [name, ...templates.map(({ title }) => title)])).toEqual(
    gallery.map(({ name, templates }) => [name, ...templates.map(({ title }) => title)]),
  );
  const wanted = gallery[0]!.templates[0]!;
  expect(groups[0]!.templates[0]).toMatchObject({
    title: "Service Restart",
    name: "service-restart",
    manifest: wanted.manifest,
    files: wanted.files,
    action: {
      type: "runbook",
      parameters: { service: { title: "Service" } },
      steps: wanted.action.steps.map(({ name }) => ({ name })),
    },
  });
});
