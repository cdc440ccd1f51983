import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { eventually } from "../runs/world.ts";
import { Repository, serve, temporary } from "./product.ts";

/* One repository of runbooks for what they are there for, applied to a real server. */

interface Told {
  readonly state: string;
  readonly parameters: unknown;
  readonly trigger: { readonly kind: string };
  readonly actor: string;
  readonly steps: readonly { readonly state: string; readonly outputs: unknown }[];
}
interface Listed {
  readonly items: readonly { readonly id: string; readonly action_name: string; readonly state: string }[];
}

const runbooks = {
  routine: "description: Does what is done every day\nsteps: [{ name: Do, run: echo done }]",
  incident: `description: Mends what is broken
category: Recovery
parameters: { service: { type: string, pattern: "^[a-z]+$" } }
steps:
  - { name: Check, run: 'test "$SERVICE" = web', env: { SERVICE: "\${{ parameters.service }}" } }
  - { name: Mend, if: previous_failure, run: 'echo "mending $SERVICE"', env: { SERVICE: "\${{ parameters.service }}" } }`,
  diagnostics: `description: Looks at what there is
category: Diagnostics
steps: [{ name: Look, run: 'echo "free=12" >> "$ROTA_OUTPUT"; echo "12 GiB are free"' }]`,
  maintenance: `description: Tidies up by itself
category: Maintenance
mode: scheduled
schedule: { once: true }
steps: [{ name: Tidy, run: echo tidied }]`,
};

it("A2, J6, M2: runbooks serve routine, incidents, diagnostics and maintenance, which starts with nobody there", async () => {
  const server = await serve(temporary());
  const repository = new Repository(() => server);
  repository.write("rota.yaml", "organization: default\nscope: ops\n");
  for (const [name, text] of Object.entries(runbooks)) {
    mkdirSync(join(repository.folder, "actions", name), { recursive: true });
    repository.write(`actions/${name}/action.yaml`, `type: runbook\n${text}\n`);
  }
  repository.commit("Begin");
  const applied = await repository.rota("apply", "--yes");
  expect(applied.code, applied.out + applied.err).toBe(0);

  const runOf = async (name: string, ...args: string[]): Promise<Told> => {
    const { out, err } = await repository.rota("run", name, "--format", "json", ...args);
    expect(out, err).not.toBe("");
    return JSON.parse(out) as Told;
  };
  expect((await runOf("routine")).state).toBe("succeeded");
  const incident = await runOf("incident", "--param", "service=db");
  expect(incident).toMatchObject({ state: "failed", parameters: { service: "db" } });
  expect(incident.steps.map(({ state }) => state)).toEqual(["failed", "succeeded"]);
  const diagnostics = await runOf("diagnostics");
  expect(diagnostics.steps[0]).toMatchObject({ state: "succeeded", outputs: { free: "12" } });

  // Nobody asked for this one, and no client holds a connection.
  const history = () => server.call<Listed>("GET", "/api/default/actions/maintenance/runs");
  await eventually(async () => (await history()).items.some(({ state }) => state === "succeeded"));
  const [fired] = (await history()).items;
  expect(await server.call<Told>("GET", `/api/default/runs/${fired?.id}`)).toMatchObject({
    actor: "system",
    trigger: { kind: "once" },
    steps: [{ state: "succeeded" }],
  });

  const listed = await server.call<readonly { name: string; description: string }[]>(
    "GET",
    "/api/default/actions",
  );
  expect(listed.map(({ name, description }) => [name, description.split("\n")[0]]).sort()).toEqual(
    Object.entries(runbooks)
      .map(([name, text]) => [name, /description: (.*)/.exec(text)?.[1]])
      .sort(),
  );
});
