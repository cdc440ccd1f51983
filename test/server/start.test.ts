import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createServer, readSettings, type Server, StartError } from "../../src/server/index.ts";
import { basic, wireClient } from "../contract/wire/client.ts";
import { makeWorld, ok } from "../contract/wire/world.ts";
import { zip } from "../contract/wire/zip.ts";

let folder: string;
let dataDir: string;
let servers: Server[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rota-start-"));
  dataDir = join(folder, "deep", "data");
  servers = [];
});
afterEach(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  await rm(folder, { recursive: true, force: true });
});

async function create(env: Readonly<Record<string, string>> = {}): Promise<Server> {
  const settings = readSettings({
    PATH: process.env.PATH,
    ROTA_DATA: dataDir,
    ROTA_PORT: "0",
    ROTA_LOG: "silent",
    ...env,
  });
  const server = await createServer(settings);
  servers.push(server);
  return server;
}
const failure = (work: Promise<unknown>) =>
  work.then(
    () => expect.unreachable("it should have failed"),
    (error: unknown) => {
      expect(error).toBeInstanceOf(StartError);
      return (error as Error).message;
    },
  );
const ask = (address: string, login: string) =>
  fetch(`${address}/api/default/actions`, { headers: { authorization: login } });

describe("the first start", () => {
  it("makes a folder for its owner alone, whatever the umask", async () => {
    const before = process.umask(0);
    try {
      await create();
    } finally {
      process.umask(before);
    }
    expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
    for (const name of await readdir(dataDir))
      expect((await stat(join(dataDir, name))).mode & 0o077, name).toBe(0);
  });

  it("makes root's password, which is told once and kept nowhere", async () => {
    const first = await create();
    const { email, password } = first.login;
    expect(password).toMatch(/^\S{16,}$/);
    const { address } = await first.listen();
    expect((await ask(address, basic(email, password ?? ""))).status).toBe(200);
    await first.stop();
    for (const name of await readdir(dataDir)) {
      const path = join(dataDir, name);
      if ((await stat(path)).isFile())
        expect((await readFile(path)).includes(password ?? ""), name).toBe(false);
    }
    const second = await create();
    expect(second.login).toEqual({ email, password: undefined });
    expect((await ask((await second.listen()).address, basic(email, password ?? ""))).status).toBe(200);
  });

  it("takes the login that is given, and a later start another one", async () => {
    const given = { ROTA_ROOT_EMAIL: "boss@example.com", ROTA_ROOT_PASSWORD: "first password" };
    const first = await create(given);
    expect(first.login).toEqual({ email: "boss@example.com", password: undefined });
    await first.stop();
    const second = await create({ ...given, ROTA_ROOT_PASSWORD: "second password" });
    const { address } = await second.listen();
    expect((await ask(address, basic("boss@example.com", "first password"))).status).toBe(401);
    expect((await ask(address, basic("boss@example.com", "second password"))).status).toBe(200);
  });
});

describe("a start that cannot be", () => {
  it("says which process has the folder", async () => {
    const first = await create();
    expect(await failure(create())).toContain(`in use by another server (process ${process.pid})`);
    await first.stop();
    await create();
  });

  it("says that the port is in use, and lets go of everything", async () => {
    const taken = createTcpServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    try {
      const { port } = taken.address() as { port: number };
      const server = await create({ ROTA_PORT: String(port) });
      expect(await failure(server.listen())).toMatch(/in use.*ROTA_PORT/);
      await server.stop();
      await (await create()).listen();
    } finally {
      taken.close();
    }
  });

  it("says that the address is none of this machine", async () => {
    const server = await create({ ROTA_HOST: "192.0.2.1" });
    expect(await failure(server.listen())).toMatch(/no address of this machine.*ROTA_HOST/);
  });

  it("says that a file is in the way of the folder", async () => {
    await writeFile(join(folder, "deep"), "");
    expect(await failure(create())).toMatch(/something that is no folder is in the way.*ROTA_DATA/);
  });

  it("says that the secret key is missing or another one, and starts again with the right one", async () => {
    await (await create()).stop();
    const key = await readFile(join(dataDir, "secret.key"), "utf8");
    await rm(join(dataDir, "secret.key"));
    expect(await failure(create())).toMatch(/secret\.key is missing/);
    expect(
      await failure(create({ ROTA_SECRET_KEY: key.replace(/./, (one) => (one === "0" ? "1" : "0")) })),
    ).toMatch(/not the one/);
    await create({ ROTA_SECRET_KEY: key.trim() });
  });
});

describe("stopping", () => {
  it("may be asked for twice and at once, before and after listening", async () => {
    const idle = await create();
    await Promise.all([idle.stop(), idle.stop()]);
    const server = await create();
    const both = await Promise.all([server.listen(), server.listen()]);
    expect(both[0]).toEqual(both[1]);
    await Promise.all([server.stop(), server.stop()]);
    await server.stop();
    await expect(fetch(both[0].address)).rejects.toThrow();
  });

  it("lets a run finish, and whoever follows its log see the end", async () => {
    const server = await create({ ROTA_ROOT_PASSWORD: "correct horse", ROTA_ROOT_EMAIL: "root@example.com" });
    const { address } = await server.listen();
    const client = wireClient(address, "default", basic("root@example.com", "correct horse"));
    const permissions = [{ object: "action_scripts:_all_default", permission: "AllowGet" }];
    ok(await client.request("POST", "service_accounts", { json: { email: "sa@example.com", permissions } }));
    const { world } = makeWorld(client, { rota: true, account: "sa@example.com" });
    const main = "import time\ndef main():\n    print('here', flush=True)\n    time.sleep(1)\n";
    const id = await world.create({ file: zip({ "main.py": main }) });
    const started = await client.request("POST", `actions/${id}/run`, { json: {} });
    const { id: run } = started.json as { id: string };
    const stream = await fetch(`${address}/api/default/runs/${run}/logs`, {
      headers: { authorization: basic("root@example.com", "correct horse"), accept: "text/event-stream" },
    });
    const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    while (!text.includes("here")) text += (await reader.read()).value;
    const stopping = server.stop();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      text += value;
    }
    await stopping;
    expect(text).toMatch(/event: end\ndata: .*"state":"succeeded"/);
  });
});
