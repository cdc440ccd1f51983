import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";
import { describe, expect, it, onTestFinished } from "vitest";
import { withActions } from "./with-actions.ts";

type Item = Record<string, unknown>;

const runbook = (fields: object = {}) => ({
  type: "runbook",
  schedule: undefined,
  serviceAccount: undefined,
  steps: [{ name: "Wait", run: "true" }],
  ...fields,
});

async function receiver(status = 200) {
  const bodies: Item[] = [];
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    bodies.push(JSON.parse(Buffer.concat(pieces).toString("utf8")) as Item);
    response.writeHead(status).end();
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { bodies, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` };
}

async function mailbox() {
  const mails: { to: string; text: string }[] = [];
  const server = new SMTPServer({
    disabledCommands: ["AUTH", "STARTTLS"],
    onData(stream, { envelope }, done) {
      let text = "";
      stream.on("data", (piece: Buffer) => {
        text += piece.toString("utf8");
      });
      stream.on("end", () => {
        mails.push({
          to: envelope.rcptTo.map(({ address }) => address).join(),
          text: text.replaceAll("=\r\n", "").replaceAll("=3D", "="),
        });
        done();
      });
    },
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  onTestFinished(() => new Promise<void>((closed) => server.close(() => closed())));
  return { mails, port: (server.server.address() as AddressInfo).port };
}

const soon = async (holds: () => boolean | Promise<boolean>) => {
  await expect.poll(holds, { timeout: 20_000, interval: 50 }).toBe(true);
};

describe("notifications of a server", () => {
  it("M6: tell by webhook that a run failed, and are runs in the history", async () => {
    const hook = await receiver();
    const { upload, run, get } = await withActions();
    await upload("broken", {
      ...runbook({ steps: [{ name: "Fail", run: "exit 3" }], notify: { on: ["failure"], url: hook.url } }),
    });
    const failed = await run("broken");
    await soon(() => hook.bodies.length === 1);
    expect(hook.bodies[0]).toMatchObject({ event: "failure", run: { id: failed.id, state: "failed" } });
    await soon(async () => {
      const { items } = await get<{ items: Item[] }>("runs?trigger=notification");
      return items.some(
        ({ state, action_name: name }) => state === "succeeded" && name === "rota:notification",
      );
    });
    const actions = await get<Item[]>("actions");
    expect(actions.map(({ name }) => name)).toEqual(["broken"]);
  });

  it("ask for approval by mail, with the commands, and a link that is good for one vote of its reader", async () => {
    const { mails, port } = await mailbox();
    const { upload, request, get, address } = await withActions(
      {},
      {
        ROTA_SMTP_URL: `smtp://127.0.0.1:${port}`,
        ROTA_MAIL_FROM: "rota@example.com",
        ROTA_PUBLIC_URL: "http://rota.test",
      },
    );
    const approval = { required: true, approvers: ["ann@example.com", "root@example.com"] };
    await upload(
      "careful",
      runbook({ approval, notify: { on: ["approval"], email: ["root@example.com", "ann@example.com"] } }),
    );
    const starter = await request("POST", "service_accounts", { json: { email: "starter@example.com" } });
    const { token } = starter.json as { token: string };
    const grant = [{ object: "action_scripts:_all_default", permission: "AllowAll" }];
    await request("POST", "roles", { json: { role: "starter" } });
    await request("PUT", "roles/starter", {
      json: { add: grant, remove: [], add_users: ["starter@example.com"], remove_users: [] },
    });
    const authorization = `Basic ${Buffer.from(`starter@example.com:${token}`).toString("base64")}`;
    const started = await fetch(`${address}/api/default/actions/careful/run`, {
      method: "POST",
      headers: { authorization, "content-type": "application/json" },
      body: "{}",
    });
    expect(started.status).toBe(201);
    const { id } = (await started.json()) as { id: string };
    await soon(() => mails.length === 2);
    expect(mails.map(({ to }) => to).toSorted()).toEqual(["ann@example.com", "root@example.com"]);
    const mine = mails.find(({ to }) => to === "root@example.com");
    expect(mine?.text).toContain(`rota approve ${id}`);
    const [, link] = /Answer here: http:\/\/rota\.test(\/approvals\/\S+)/.exec(mine?.text ?? "") ?? [];
    expect(link).toBeDefined();
    // There is nobody of that name here who could answer.
    expect(mails.find(({ to }) => to === "ann@example.com")?.text).not.toContain("Answer here");
    const history = JSON.stringify(await get("runs?limit=100"));
    expect(history).not.toContain(link as string);
    const vote = () =>
      fetch(`${address}${link}`, {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: "vote=approve",
      });
    expect((await vote()).status).toBe(200);
    expect((await vote()).status).toBe(409);
    await soon(async () => (await get(`runs/${id}`)).state === "succeeded");
  }, 30_000);

  it("can be tried with a test, which says what does not arrive", async () => {
    const [good, bad] = [await receiver(), await receiver(404)];
    const { upload, rota, request } = await withActions();
    await upload(
      "told",
      runbook({
        notify: [
          { on: ["failure"], url: good.url },
          { on: ["approval"], url: bad.url, format: "slack" },
          { on: ["success"], email: ["ops@example.com"] },
        ],
      }),
    );
    await upload("silent", runbook());
    const tested = await rota("notify", "test", "told");
    expect(tested.code).toBe(1);
    expect(tested.out).toMatch(/succeeded {2}http:\S+/);
    expect(tested.out).toContain("The address answered 404; it is not tried again.");
    expect(tested.out).toContain("ROTA_SMTP_URL");
    expect(good.bodies).toMatchObject([{ event: "test", run: null }]);
    expect(bad.bodies).toMatchObject([{ text: "This is a test of the notifications of told" }]);
    const none = await request("POST", "actions/silent/notifications/test", { json: {} });
    expect(none).toMatchObject({ status: 400, json: { message: expect.stringContaining("no notify") } });
  }, 30_000);
});
