import { describe, expect, it } from "vitest";
import { folder } from "./folder.ts";
import { rota } from "./rota.ts";

const two = `environments:
  staging: { server: "http://127.0.0.1:9" }
  eu-live: { server: "http://127.0.0.1:13" }
`;

describe("ROTA_TOKEN", () => {
  const project = (server: string) =>
    folder({ "rota.yaml": `environments: { live: { server: "${server}" } }\n` });
  // Nobody has this name, so whoever asked there gets exit 21 without an answer.
  const elsewhere = "http://server.invalid:9";

  it("is not sent to another machine that only rota.yaml names, with or without --environment", async () => {
    for (const args of [["list"], ["list", "--environment", "live"], ["plan"], ["run", "a"]]) {
      const { code, err } = await rota(args, { cwd: project(elsewhere), env: { ROTA_TOKEN: "x" } });
      expect(code).toBe(2);
      expect(err).toContain(`ROTA_TOKEN is not sent to ${elsewhere}, which only rota.yaml names`);
      expect(err).toContain(`set ROTA_TOKEN_LIVE instead, or name it: ROTA_SERVER=${elsewhere}`);
    }
  });

  it.each<[string, string, string[], Record<string, string>]>([
    ["its own variable", elsewhere, [], { ROTA_TOKEN_LIVE: "x" }],
    ["ROTA_SERVER beside the environment", elsewhere, ["--environment", "live"], { ROTA_SERVER: elsewhere }],
    ["--server", elsewhere, ["--server", elsewhere], {}],
    ["its place on this machine", "http://127.0.0.1:9", [], {}],
    ["its place on localhost", "http://localhost:9", [], {}],
    ["its place on this machine, by IPv6", "http://[::1]:9", [], {}],
  ])("is sent to a server that a person named: by %s", async (_, server, args, env) => {
    const cwd = project(server);
    const { code, err } = await rota(["list", ...args], { cwd, env: { ROTA_TOKEN: "x", ...env } });
    expect({ code, err }).toEqual({ code: 21, err: expect.stringContaining("cannot be reached") });
  });

  it("is not sent to what only looks like this machine", async () => {
    for (const server of ["http://127.0.0.1.invalid:9", "http://localhost.invalid:9"])
      expect((await rota(["list"], { cwd: project(server), env: { ROTA_TOKEN: "x" } })).code).toBe(2);
  });
});

describe("the server of a command", () => {
  it("is the only environment of rota.yaml", async () => {
    const cwd = folder({ "rota.yaml": 'environments: { only: { server: "http://127.0.0.1:9/" } }\n' });
    expect((await rota(["list"], { cwd })).err).toContain("token for http://127.0.0.1:9: ROTA_TOKEN_ONLY or");
  });

  it("has to be chosen among several", async () => {
    const cwd = folder({ "rota.yaml": two });
    const { code, err } = await rota(["list"], { cwd });
    expect(code).toBe(2);
    expect(err).toContain("Choose one with --environment: staging, eu-live");
  });

  it("is the named environment, with its own token before the common one", async () => {
    const cwd = folder({ "rota.yaml": two });
    const args = ["list", "--environment", "eu-live"];
    expect((await rota(args, { cwd })).err).toContain("ROTA_TOKEN_EU_LIVE or ROTA_TOKEN is not set");
    const { code, err } = await rota(args, { cwd, env: { ROTA_TOKEN_EU_LIVE: "x" } });
    expect(code).toBe(21);
    expect(err).toContain("http://127.0.0.1:13 cannot be reached");
  });

  it("is ROTA_SERVER before rota.yaml, and --server before both", async () => {
    const cwd = folder({ "rota.yaml": two });
    const env = { ROTA_SERVER: "http://127.0.0.1:7" };
    expect((await rota(["list"], { cwd, env })).err).toContain("token for http://127.0.0.1:7");
    expect((await rota(["list", "--server", "http://127.0.0.1:1"], { cwd, env })).err).toContain(
      "token for http://127.0.0.1:1:",
    );
  });

  it("is this machine's own where nothing says another", async () => {
    expect((await rota(["list"], { cwd: folder() })).err).toContain("token for http://127.0.0.1:5090");
  });

  it.each([
    [
      "an unknown environment",
      { "rota.yaml": two },
      ["--environment", "live"],
      "It declares: staging, eu-live",
    ],
    ["a file that is no YAML", { "rota.yaml": "a: [" }, [], "rota.yaml cannot be read"],
    [
      "an environment without a server",
      { "rota.yaml": "environments: { a: {} }" },
      [],
      '"a" of rota.yaml has no',
    ],
  ])("is a configuration error for %s", async (_, files, args, said) => {
    const { code, err } = await rota(["list", ...args], { cwd: folder(files as Record<string, string>) });
    expect(code).toBe(2);
    expect(err).toContain(said);
  });
});
