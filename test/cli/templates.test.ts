import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { scaffoldTemplate } from "../../src/cli/repository/scaffold.ts";
import { readGallery } from "../../src/sync/index.ts";
import { folder } from "./folder.ts";
import { rota } from "./rota.ts";

const groups = await readGallery();
const all = groups.flatMap(({ templates }) => templates);

describe("rota templates", () => {
  it("E13: lists the twelve in their four groups, with one line each", async () => {
    const { code, out } = await rota(["templates"], { cwd: folder() });
    expect(code).toBe(0);
    const wanted = groups.flatMap(({ name, templates }) => [
      name,
      ...templates.map(({ title, summary }) => `  ${title.padEnd(22)}  ${summary}`),
      "",
    ]);
    expect(out.split("\n").slice(0, wanted.length)).toEqual(wanted);
  });

  it("lists them as JSON", async () => {
    const { out } = await rota(["templates", "--format", "json"], { cwd: folder() });
    const answer = JSON.parse(out);
    expect(answer.groups).toHaveLength(4);
    expect(answer.groups[3].templates[0]).toEqual({
      title: "Database Recovery",
      name: "database-recovery",
      summary: "Restore a database from a backup",
    });
  });

  it.each(["Service Restart", "service restart", "service-restart"])(
    "E14: shows steps, settings and parameters of %j before anything is there",
    async (title) => {
      const cwd = folder();
      const { code, out } = await rota(["templates", title], { cwd });
      expect(code).toBe(0);
      for (const said of ["Service Restart", "category       Maintenance", "mode           manual"])
        expect(out).toContain(said);
      expect(out).toMatch(/^service +\(required\)/m);
      expect(out).toMatch(/^Wait until it answers +run at the provider +30\.0 s +10, 3\.0 s apart$/m);
      expect(out).toMatch(/^Collect the log +run at the provider +previous_failure/m);
      expect(out).toMatch(/^Report +python report\.py +always/m);
      expect(out).toContain('rota new service_restart --template "Service Restart"');
      expect(readdirSync(cwd)).toEqual([]);
    },
  );

  it("shows one with all its files as JSON", async () => {
    const { out } = await rota(["templates", "Disk Cleanup", "--format", "json"], { cwd: folder() });
    expect(JSON.parse(out)).toMatchObject({
      title: "Disk Cleanup",
      group: "System Maintenance",
      manifest: readFileSync("templates/disk-cleanup/action.yaml", "utf8"),
      files: { "report.py": readFileSync("templates/disk-cleanup/report.py", "utf8") },
    });
  });

  it("says which there are, or which was meant", async () => {
    const slip = await rota(["templates", "Disc Cleanup"], { cwd: folder() });
    expect(slip).toMatchObject({ code: 2, out: "" });
    expect(slip.err).toContain('There is no template "Disc Cleanup"\nDid you mean "Disk Cleanup"?');
    const other = await rota(["templates", "Coffee"], { cwd: folder() });
    expect(other.err).toContain("There are: Service Restart, Service Status Check,");
  });
});

describe("rota new --template", () => {
  it("E15: makes an ordinary action of each, which is valid as it is and independent of it", async () => {
    const cwd = folder();
    await rota(["init"], { cwd });
    const [first, ...others] = all;
    const made = await rota(["new", first!.name, "--template", first!.title], { cwd });
    expect(made).toMatchObject({ code: 0, err: "" });
    expect(made.out).toContain(`rota run ${first!.name} --local --param service=…`);
    // As the command does, without twelve starts of the program.
    for (const one of others) await scaffoldTemplate(cwd, one.name, one);
    for (const { name, manifest, files } of all) {
      const copy = (file: string) => readFileSync(join(cwd, "actions", name, file), "utf8");
      expect(copy("action.yaml")).toBe(
        `# yaml-language-server: $schema=../../schemas/action.schema.json\n${manifest}`,
      );
      for (const [file, text] of Object.entries(files)) expect(copy(file)).toBe(text);
      expect(readdirSync(join(cwd, "actions", name))).toHaveLength(1 + Object.keys(files).length);
    }
    const { code, out } = await rota(["validate"], { cwd });
    expect({ code, out }).toEqual({ code: 0, out: "13 actions valid.\n" });
  });

  it.runIf(process.platform === "linux")("E16: makes one that runs as it is", async () => {
    const cwd = folder({ "rota.yaml": "" });
    await rota(["new", "measure", "--template", "Performance Analysis"], { cwd });
    const args = ["run", "measure", "--local", "--param", "seconds:=1", "--format", "json"];
    const { code, out, err } = await rota(args, { cwd });
    expect(code, err).toBe(0);
    const { state, steps } = JSON.parse(out);
    expect(state).toBe("succeeded");
    expect(steps).toHaveLength(6);
    expect(err).toContain("cpu_percent");
  });

  it("E15: makes a second one under another name", async () => {
    const cwd = folder();
    for (const name of ["web", "mail"])
      expect((await rota(["new", name, "--template", "service restart"], { cwd })).code).toBe(0);
    expect(readdirSync(join(cwd, "actions")).toSorted()).toEqual(["mail", "web"]);
  });

  it.each([
    ["a title that there is not", ["x", "--template", "Servce Restart"], 'Did you mean "Service Restart"?'],
    ["a type as well", ["x", "--template", "Disk Cleanup", "--type", "runbook"], "cannot be used with"],
    ["neither", ["x"], "--type scheduled, realtime or runbook; or --template"],
    ["a name that is taken", ["HELLO", "--template", "Disk Cleanup"], "actions/hello is there already"],
  ])("refuses %s, and writes nothing", async (_name, args, said) => {
    const cwd = folder({ "actions/hello/action.yaml": "" });
    const { code, err } = await rota(["new", ...args], { cwd });
    expect(code).toBe(2);
    expect(err).toContain(said);
    expect(readdirSync(join(cwd, "actions"))).toEqual(["hello"]);
  });
});
