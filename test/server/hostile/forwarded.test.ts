import { describe, expect, it, onTestFinished } from "vitest";
import { basic } from "../../contract/wire/client.ts";
import { root, startServer } from "../start-server.ts";

const person = (name: string) => basic(`${name}@example.com`, "never right");
/** The clock stands, so that nothing is forgiven while a slow machine is at it. */
const at = Date.UTC(2026, 0);

/** Fails logins as if from one forwarded address; answers the last status, and that of a right one from another. */
async function guess(env: Record<string, string>) {
  const started = await startServer({ now: () => at }, env);
  onTestFinished(() => started.stop());
  const ask = async (authorization: string, forwarded: string) =>
    (
      await started.server.app.inject({
        url: "/api/default/server",
        headers: { authorization, "x-forwarded-for": forwarded },
        remoteAddress: "10.0.0.1",
      })
    ).statusCode;
  const statuses: number[] = [];
  for (let time = 0; time < 22; time++) statuses.push(await ask(person(`p${time}`), "192.0.2.1"));
  return {
    last: statuses.at(-1),
    elsewhere: await ask(person("a"), "192.0.2.2"),
    spoofed: await ask(person("b"), "192.0.2.3, 192.0.2.1"),
    right: await ask(basic(root.email, root.password), "192.0.2.2"),
  };
}

describe("X-Forwarded-For", () => {
  it("of nobody in particular is no address: what is counted is where the connection came from", async () => {
    expect(await guess({})).toEqual({ last: 429, elsewhere: 429, spoofed: 429, right: 429 });
  });

  it("of a trusted proxy tells whom to count, and what a client wrote before does not", async () => {
    const told = await guess({ ROTA_TRUSTED_PROXIES: "10.0.0.0/8" });
    expect(told).toEqual({ last: 429, elsewhere: 401, spoofed: 429, right: 200 });
  });
});
