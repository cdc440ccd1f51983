import { expect, it, vi } from "vitest";
import type { JsonObject } from "../../src/core/json.ts";
import { RunRefused } from "../../src/runs/index.ts";
import { readGallery } from "../../src/sync/index.ts";
import { emptyFolder, said, templateWorld } from "./world.ts";

// Many small programs, one after another: each test is seconds of them, more on a busy machine.
vi.setConfig({ testTimeout: 180_000 });
const { inSandbox } = templateWorld();
const database = { engine: "sqlite", database: "/srv/app.db", backup: "/srv/backup.db" };
const failover = {
  standby_url: "http://127.0.0.1:1/",
  service_url: "http://127.0.0.1:1/",
  active: "/etc/proxy/active",
  standby_config: "/etc/proxy/standby",
  reload: "nginx",
};
const application = { folder: "/srv/app", source: "git", good: "v1" };

/** What each comes to where there is no machine to act on: a result, or a sentence that says what is missing. */
const ends: readonly [title: string, parameters: JsonObject, states: readonly string[], says: RegExp][] = [
  [
    "Service Restart",
    { service: "web" },
    ["failed"],
    /There is no \S+ at this provider|web .*(not|un)|did not come back/,
  ],
  [
    "Service Status Check",
    { services: "web" },
    ["failed"],
    /There is no \S+ at this provider|1 of 1 services do not run: web/,
  ],
  [
    "Service Log Collection",
    { service: "web" },
    ["failed", "succeeded"],
    /There is no journal|the log is empty/,
  ],
  ["Disk Cleanup", { folders: "/tmp" }, ["succeeded"], /there is nothing to remove/],
  ["Memory Management", { min_available_percent: 0 }, ["succeeded"], /\d+ % of the memory is available/],
  [
    "Update System Packages",
    {},
    ["failed", "succeeded"],
    /There are no installed packages|There is no|packages? can be updated|every package/,
  ],
  ["Health Check", { max_load: 1000, max_disk_percent: 100 }, ["succeeded"], /disk +(good|unknown)/],
  [
    "Network Diagnostics",
    { target: "127.0.0.1", port: 1, attempts: 1 },
    ["failed"],
    /the port cannot be reached/,
  ],
  ["Performance Analysis", { seconds: 1 }, ["succeeded"], /cpu_percent +\d/],
  ["Database Recovery", database, ["failed"], /There is no backup \/srv\/backup\.db|There is no sqlite3/],
  ["Application Reset", application, ["failed"], /\/srv\/app is no folder/],
  [
    "Failover Activation",
    failover,
    ["failed"],
    /The standby .* does not answer as it should. Nothing is moved/,
  ],
];

it.runIf(process.platform === "linux").each(ends)(
  "E16: %s runs in the sandbox, and ends with a result or with what is missing",
  async (title, parameters, states, says) => {
    const done = await inSandbox(title, parameters);
    expect(states, said(done)).toContain(done.run.state);
    expect(said(done)).toMatch(says);
    expect(done.steps.every(({ state }) => state !== "pending")).toBe(true);
    expect(done.steps.at(-1)?.state).toMatch(/succeeded|skipped/);
  },
);

it("F4: a run with a value that a shell could understand never starts", async () => {
  const folder = emptyFolder();
  for (const { title, action } of (await readGallery()).flatMap((group) => group.templates))
    for (const [name, { type, enum: values }] of Object.entries(action.parameters)) {
      if (type !== "string" || values !== undefined || name === "provider") continue;
      const hostile = `/x$(touch ${folder}/pwned)`;
      const given = { ...needed(action.parameters), [name]: hostile };
      const refused = inSandbox(title, given);
      await expect(refused, `${title}: ${name}`).rejects.toThrow(RunRefused);
      await expect(refused).rejects.toThrow(name);
    }
});

/** A value for each parameter without a default, so that the one that is tried is alone to blame. */
const needed = (parameters: Readonly<Record<string, JsonObject>>): JsonObject =>
  Object.fromEntries(
    Object.entries(parameters)
      .filter(([, schema]) => !("default" in schema))
      .map(([name, schema]) => [
        name,
        Array.isArray(schema.enum) ? schema.enum[0]! : fitting(String(schema.pattern)),
      ]),
  );

/** One of a few texts that a pattern takes. */
const fitting = (pattern: string): string =>
  ["web", "/srv/a", "http://127.0.0.1:1/"].find((text) => new RegExp(pattern).test(text)) ?? "";
