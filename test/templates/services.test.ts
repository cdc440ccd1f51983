import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { byStep, emptyFolder, said, supervised, templateWorld } from "./world.ts";

// Many small programs, one after another: each test is seconds of them, more on a busy machine.
vi.setConfig({ testTimeout: 180_000 });
const { atHost } = templateWorld();

describe("E1: Service Restart", () => {
  it("restarts a service that had stopped, and waits until it answers", async () => {
    const { parameters, url, log } = await supervised();
    const done = await atHost("Service Restart", { ...parameters, health_url: url });
    expect(done.run.state, said(done)).toBe("succeeded");
    expect(byStep(done)).toMatchObject({
      restart: "succeeded",
      answers: "succeeded",
      collect_the_log: "skipped",
    });
    expect(said(done)).toContain("web was stopped before and is running now");
    expect(log()).toContain('"GET /health HTTP/1.1" 200');
    const again = await atHost("Service Restart", { ...parameters, health_url: url });
    expect(said(again)).toContain("web was running before and is running now");
    expect(log().match(/started as/g)).toHaveLength(2);
  });

  it("collects the log of one that does not come back, and fails", async () => {
    const { parameters, make, logFile } = await supervised();
    make("broken");
    const done = await atHost("Service Restart", { ...parameters, log_file: logFile });
    expect(done.run).toMatchObject({
      state: "failed",
      reason: expect.stringContaining('Step "Restart" failed'),
    });
    expect(byStep(done)).toMatchObject({
      answers: "skipped",
      collect_the_log: "succeeded",
      report: "succeeded",
    });
    expect(done.steps[1]?.attempt).toBe(2);
    expect(done.log).toContain("FATAL it is broken");
    expect(said(done)).toContain("did not come back: restart");
  });

  it("tries again while it starts but does not answer well", async () => {
    const { parameters, make, url, logFile } = await supervised();
    make("sick");
    const done = await atHost("Service Restart", { ...parameters, health_url: url, log_file: logFile });
    expect(done.run.reason).toContain('Step "Wait until it answers" failed');
    expect(done.steps[2]?.attempt).toBe(11);
    expect(byStep(done).collect_the_log).toBe("succeeded");
  });
});

describe("E2: Service Status Check", () => {
  it("fails with the names of those that do not run", async () => {
    const { parameters, folder } = await supervised();
    const { service: _, ...manager } = parameters;
    await atHost("Service Restart", parameters);
    const good = await atHost("Service Status Check", { ...manager, services: "web" });
    expect(good.run.state, said(good)).toBe("succeeded");
    expect(good.steps[0]?.outputs).toEqual({ manager: "program", up: "web", down: "" });
    writeFileSync(join(folder, "mail.json"), "{}");
    const bad = await atHost("Service Status Check", { ...manager, services: "web,mail,nothing" });
    expect(bad.run).toMatchObject({
      state: "failed",
      reason: expect.stringContaining("2 of 3 services do not run: mail, nothing"),
    });
    expect(bad.log).toContain("web runs");
  });
});

describe("E3: Service Log Collection", () => {
  it("gathers the log of a service from its file, and counts", async () => {
    const { parameters, logFile, log } = await supervised();
    await atHost("Service Restart", parameters);
    writeFileSync(logFile, `${log()}ERROR one\na warning\nERROR two\n`);
    const done = await atHost("Service Log Collection", { service: "web", log_file: logFile });
    expect(done.run.state, said(done)).toBe("succeeded");
    for (const line of log().trim().split("\n")) expect(done.log).toContain(line);
    expect(done.steps.at(-1)?.outputs).toEqual({ service: "web", lines: 4, errors: 2, warnings: 1 });
  });

  it("shows the latest lines that hold a text, taken as it stands", async () => {
    const folder = emptyFolder();
    const file = join(folder, "a.log");
    const hostile = "; touch pwned .* | $";
    writeFileSync(file, `; touch pwned .* | \nplain\n--help\n; touch pwned xx | \n`);
    const search = hostile.slice(0, -1);
    const found = await atHost("Service Log Collection", { service: "a", log_file: file, search });
    expect(found.steps.at(-1)?.outputs).toMatchObject({ lines: 1 });
    const option = await atHost("Service Log Collection", { service: "a", log_file: file, search: "--help" });
    expect(option.log).toContain("--help");
    expect(option.steps.at(-1)?.outputs).toMatchObject({ lines: 1 });
    const last = await atHost("Service Log Collection", { service: "a", log_file: file, log_lines: 2 });
    expect(last.steps.at(-1)?.outputs).toMatchObject({ lines: 2 });
  });

  it("says that there is no such file, and looks at what there is", async () => {
    const folder = emptyFolder();
    const done = await atHost("Service Log Collection", { service: "a", log_file: join(folder, "none.log") });
    expect(done.run.state).toBe("failed");
    expect(said(done)).toContain(`There is no file ${join(folder, "none.log")} at this provider`);
    expect(byStep(done)).toMatchObject({ collect: "skipped", see_what_else_is_known: "succeeded" });
  });
});

describe("E7: Health Check", () => {
  it("finds a service well", async () => {
    const { parameters, url, logFile } = await supervised();
    await atHost("Service Restart", parameters);
    const done = await atHost("Health Check", {
      ...parameters,
      health_url: url,
      log_file: logFile,
      max_disk_percent: 100,
      max_seconds: 60,
      max_load: 1000,
    });
    expect(done.run.state, said(done)).toBe("succeeded");
    expect(done.step.judge?.outputs).toMatchObject({
      service: { good: true, detail: "running" },
      address: { good: true, detail: expect.stringContaining("status 200") },
      disk: { good: true },
      log: { good: true },
    });
  });

  it("says in one sentence what is wrong with one", async () => {
    const { parameters, url, logFile, make } = await supervised();
    await atHost("Service Restart", parameters);
    make("sick");
    writeFileSync(logFile, "ERROR\n".repeat(20));
    const done = await atHost("Health Check", { ...parameters, health_url: url, log_file: logFile });
    expect(done.run.state).toBe("failed");
    expect(done.run.reason).toMatch(
      /not healthy: .*address \(status 503 after .*log \(\d+ lines with an error\)/,
    );
    expect(byStep(done).look_closer).toBe("succeeded");
    const gone = await atHost("Health Check", { ...parameters, service: "nothing" });
    expect(gone.run.reason).toContain("service (stopped)");
  });
});
