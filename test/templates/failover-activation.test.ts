import { lstatSync, readlinkSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { background, byStep, emptyFolder, said, templateWorld } from "./world.ts";

// Many small programs, one after another: each test is seconds of them, more on a busy machine.
vi.setConfig({ testTimeout: 180_000 });
const { atHost, beginAtHost } = templateWorld();

describe("E12: Failover Activation", () => {
  /** A primary and a standby behind a real proxy that reads its configuration by a link. */
  async function site() {
    const folder = emptyFolder();
    const server = async (text: string) => {
      let status = 200;
      let heard = () => {};
      const held = new Promise<void>((done) => {
        heard = done;
      });
      const listening = createServer(({ url }, response) => {
        if (url === "/held") heard();
        else response.writeHead(status).end(text);
      });
      await new Promise<void>((done) => listening.listen(0, "127.0.0.1", done));
      const close = () => new Promise<void>((done) => void listening.close(() => done()));
      onTestFinished(async () => {
        listening.closeAllConnections();
        if (listening.listening) await close();
      });
      const { port } = listening.address() as { port: number };
      return {
        port,
        url: `http://127.0.0.1:${port}/`,
        close,
        /** Resolves when someone asks for /held, which is never answered. */
        held,
        answer: (other: number) => {
          status = other;
        },
      };
    };
    const [primary, standby] = [await server("primary"), await server("standby")];
    for (const [name, { port }] of Object.entries({ primary, standby }))
      writeFileSync(join(folder, `${name}.conf`), `${port}\n`);
    const active = join(folder, "active");
    symlinkSync(join(folder, "primary.conf"), active);
    const port = await background(process.execPath, [join(import.meta.dirname, "proxy.ts"), folder]);
    const url = `http://127.0.0.1:${port}/`;
    const users = async () => (await fetch(url, { headers: { connection: "close" } })).text();
    return {
      primary,
      standby,
      active,
      users,
      leadsTo: () => readlinkSync(active).slice(folder.length + 1),
      parameters: {
        standby_url: standby.url,
        primary_url: primary.url,
        service_url: url,
        expect: "standby",
        active,
        standby_config: join(folder, "standby.conf"),
        reload: "signal",
        pid_file: join(folder, "proxy.pid"),
      },
    };
  }

  it("moves users to the standby when the primary is gone", async () => {
    const { primary, parameters, users, leadsTo } = await site();
    expect(await users()).toBe("primary");
    await primary.close();
    const done = await atHost("Failover Activation", parameters);
    expect(done.run.state, said(done)).toBe("succeeded");
    expect(leadsTo()).toBe("standby.conf");
    expect(await users()).toBe("standby");
    expect(done.step.report?.outputs).toMatchObject({ moved: true });
  });

  it("moves nothing while the primary answers, unless it is forced to", async () => {
    const { parameters, users, leadsTo } = await site();
    const refused = await atHost("Failover Activation", parameters);
    expect(refused.run.reason).toContain('Step "Look at the primary" failed');
    expect(byStep(refused)).toMatchObject({ move: "skipped", back: "succeeded" });
    expect([leadsTo(), await users()]).toEqual(["primary.conf", "primary"]);
    const forced = await atHost("Failover Activation", { ...parameters, force: true });
    expect(forced.run.state, said(forced)).toBe("succeeded");
    expect([leadsTo(), await users()]).toEqual(["standby.conf", "standby"]);
  });

  it("moves nothing to a standby that does not answer well", async () => {
    const { standby, parameters, users, leadsTo } = await site();
    standby.answer(500);
    const done = await atHost("Failover Activation", { ...parameters, force: true });
    expect(done.run.reason).toContain('Step "Verify the standby" failed');
    expect(done.steps[0]?.attempt).toBe(4);
    expect([leadsTo(), await users()]).toEqual(["primary.conf", "primary"]);
  });

  it("moves back when users do not get what they should", async () => {
    const { parameters, users, leadsTo } = await site();
    const given = { ...parameters, force: true, expect: "something else" };
    const done = await atHost("Failover Activation", given);
    expect(done.run.reason).toContain('Step "Verify what users get" failed');
    expect(byStep(done)).toMatchObject({ move: "succeeded", verify: "failed", back: "succeeded" });
    expect([leadsTo(), await users()]).toEqual(["primary.conf", "primary"]);
    expect(said(done)).toContain("leads to");
  });

  it("moves back when it is cancelled while users are asked", async () => {
    const { standby, parameters, users, leadsTo } = await site();
    const service_url = `${parameters.service_url}held`;
    const begun = await beginAtHost("Failover Activation", { ...parameters, force: true, service_url });
    await standby.held;
    expect(leadsTo()).toBe("standby.conf");
    await begun.cancel();
    const done = await begun.done();
    expect(done.run.state).toBe("cancelled");
    expect(byStep(done)).toMatchObject({ verify: "cancelled", back: "succeeded", report: "succeeded" });
    expect([leadsTo(), await users()]).toEqual(["primary.conf", "primary"]);
  });

  it("moves back when the proxy cannot be reloaded, and refuses a configuration that is no link", async () => {
    const { parameters, active, users, leadsTo } = await site();
    writeFileSync(parameters.pid_file, "-1; touch pwned\n");
    const done = await atHost("Failover Activation", { ...parameters, force: true });
    expect(said(done)).toContain("holds no number of a process");
    expect(byStep(done)).toMatchObject({ move: "failed", back: "failed" });
    expect(leadsTo()).toBe("primary.conf");
    expect(await users()).toBe("primary");
    const file = await atHost("Failover Activation", {
      ...parameters,
      force: true,
      active: parameters.standby_config,
    });
    expect(said(file)).toContain("is no symbolic link");
    expect(lstatSync(active).isSymbolicLink()).toBe(true);
  });
});
