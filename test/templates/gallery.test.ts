import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Step } from "../../src/core/action/action.ts";
import { hasTemplate } from "../../src/core/expression/template.ts";
import { readGallery } from "../../src/sync/index.ts";
import { unquoted } from "./unquoted.ts";

const groups = await readGallery();
const templates = groups.flatMap((group) => group.templates);

describe("the gallery", () => {
  it("E1 to E12: has the twelve templates by their exact titles, in the four groups", () => {
    expect(groups.map(({ name, templates }) => [name, ...templates.map(({ title }) => title)])).toEqual([
      ["Service Management", "Service Restart", "Service Status Check", "Service Log Collection"],
      ["System Maintenance", "Disk Cleanup", "Memory Management", "Update System Packages"],
      ["Diagnostics", "Health Check", "Network Diagnostics", "Performance Analysis"],
      ["Recovery", "Database Recovery", "Application Reset", "Failover Activation"],
    ]);
  });

  it("names every folder of templates/, once", () => {
    const folders = readdirSync("templates", { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name !== "new")
      .map(({ name }) => name);
    expect(templates.map(({ name }) => name).toSorted()).toEqual(folders.toSorted());
    for (const { title, name } of templates) expect(name).toBe(title.toLowerCase().replaceAll(" ", "-"));
  });
});

const categories: Readonly<Record<string, string>> = {
  "Service Management": "Maintenance",
  "System Maintenance": "Maintenance",
  Diagnostics: "Diagnostics",
  Recovery: "Recovery",
};
/** Variables that programs know by themselves, or that the last steps read in Python. */
const readElsewhere = new Set(["PGHOST", "PGPORT", "PGUSER", "DEBIAN_FRONTEND"]);
/** Names that a shell or a program gives a meaning of its own. */
const taken =
  /^(PATH|HOME|USER|SHELL|IFS|ENV|PWD|LANG|TMPDIR|LINES|COLUMNS|SECONDS|RANDOM|UID|HOSTNAME|PS\d|LC_.*|LD_.*|DYLD_.*|BASH.*|ROTA_.*)$/;

describe.each(templates)("$title", ({ group, summary, action, manifest, files }) => {
  const commands = action.steps.flatMap(({ name, program, env }) =>
    program.kind === "run" ? [{ name, env, text: program.command }] : [],
  );

  it("E16: is a whole runbook: checks, cleans up, deals with failure, ends in time, tries again", () => {
    expect(action).toMatchObject({ type: "runbook", category: categories[group], mode: "manual" });
    expect(action.description.length).toBeGreaterThan(100);
    expect(summary).not.toBe("");
    expect(action.tags.length).toBeGreaterThan(1);
    expect(action.estimatedDuration).toBeGreaterThan(0);
    const conditions = action.steps.map((step) => step.if);
    expect(conditions).toEqual(expect.arrayContaining(["always", "previous_failure"]));
    expect(action.steps.length).toBeGreaterThanOrEqual(3);
    expect(action.steps.some(({ retries }) => retries.limit > 0)).toBe(true);
    for (const step of action.steps) expect(step.timeout).toBeLessThan(action.timeout);
    expect(manifest).not.toMatch(/TODO|FIXME|placeholder/i);
  });

  it("says what each parameter is, and bounds it", () => {
    for (const [name, schema] of Object.entries(action.parameters)) {
      const { type, pattern, enum: values, minimum, maximum } = schema;
      expect({ name, ...schema }).toMatchObject({
        title: expect.stringMatching(/\S/),
        description: expect.stringMatching(/\S/),
      });
      if (type === "integer") expect([typeof minimum, typeof maximum], name).toEqual(["number", "number"]);
      else if (values === undefined) expect(pattern, name).toMatch(/^\^.*\$$/s);
    }
  });

  it("runs its commands at the provider that is chosen, and Python here", () => {
    expect(action.parameters.provider).toMatchObject({ type: "string", default: "local" });
    const chosen = "${{ parameters.provider }}";
    for (const { name, provider, program } of action.steps as readonly Step[])
      expect(provider, name).toBe(program.kind === "run" ? chosen : "local");
  });

  it("N2: gives values to commands as variables in double quotes, and in no other way", () => {
    for (const { name, text, env } of commands) {
      expect(hasTemplate(text), name).toBe(false);
      expect(unquoted(text), name).toEqual([]);
      expect(text, name).not.toMatch(/\beval\b|\$ROTA_BUNDLE/);
      for (const key of Object.keys({ ...action.env, ...env })) expect(key, name).not.toMatch(taken);
    }
  });

  it("uses every variable that it gives", () => {
    const isUsed = (key: string, text: string) => new RegExp(`\\b${key}\\b`).test(text);
    for (const { name, program, env } of action.steps) {
      const text =
        program.kind === "run" ? program.command : files[program.kind === "python" ? program.file : ""];
      for (const key of Object.keys(env))
        if (!readElsewhere.has(key)) expect(isUsed(key, text ?? ""), `${name}: ${key}`).toBe(true);
    }
    const all = [...commands.map(({ text }) => text), ...Object.values(files)].join("\n");
    for (const key of Object.keys(action.env))
      if (!readElsewhere.has(key)) expect(isUsed(key, all), key).toBe(true);
    for (const name of Object.keys(action.parameters)) expect(manifest).toMatch(`parameters.${name}`);
  });

  it("is written in the shell that every machine has", () => {
    for (const { name, text } of commands) {
      const { status, stderr } = spawnSync("sh", ["-n"], { input: text, encoding: "utf8" });
      expect({ status, stderr }, name).toEqual({ status: 0, stderr: "" });
      expect(text, name).not.toMatch(/\[\[|\bfunction\b|\blocal\b|<<<|<\(|^\s*source |\bpipefail\b/m);
    }
  });

  it("brings every file that its steps run, and no other", () => {
    const scripts = action.steps.flatMap(({ program }) => (program.kind === "python" ? [program.file] : []));
    expect([...new Set(scripts)].toSorted()).toEqual(Object.keys(files).toSorted());
  });
});
