import { randomBytes } from "node:crypto";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { rota } from "../cli/rota.ts";
import { basicOf, Repository, type RunJson, type ServerProcess, serve, temporary } from "./product.ts";

const word = () => randomBytes(15).toString("base64");

/** Values that are hard to find: with quotes, other letters, several lines, and what base64 and URLs escape. */
const secrets = {
  password: `p/+ "${word()}" žluť\\n?&='`,
  token: randomBytes(20).toString("hex"),
  "deploy.key": `-----BEGIN KEY-----\n${word()}+/\n${word()}==\n-----END KEY-----\n`,
  short: "q7-Zx1!",
  from_env: `env ${word()}`,
  mounted: `file ${word()}\n`,
} as const;
const unusable = `nul ${word()}\0`;

/** An action that does something else with its secrets, and how it is to end. */
interface Case {
  readonly name: string;
  readonly state: string;
  readonly type?: "realtime";
  /** The body of a function that gets `values`, a list of the secrets' values, and `forms`, all their spellings. */
  readonly body: string;
}

const cases: readonly Case[] = [
  {
    name: "prints",
    state: "succeeded",
    body: `for form in forms:
        print(form)
        print("in the middle of", form, "a line", file=sys.stderr)
        sys.stdout.write(form[:5]); sys.stdout.flush(); time.sleep(0.02); sys.stdout.write(form[5:] + "\\n")
        os.write(2, form.encode() + b"\\n")
    for name in os.environ:
        print(name, os.environ[name])
    subprocess.run(["env"]); subprocess.run(["sh", "-c", "echo $PASSWORD; echo $TOKEN >&2"])`,
  },
  { name: "raises", state: "failed", body: `raise ValueError("it is " + values[0], *forms)` },
  { name: "exits", state: "failed", body: `sys.exit("ended with " + " and ".join(forms))` },
  {
    name: "crashes",
    state: "failed",
    body: `print(*forms, sep="\\n", flush=True); faulthandler.enable(); ctypes.string_at(0)`,
  },
  {
    name: "returns",
    state: "succeeded",
    type: "realtime",
    body: `for form in forms: logger.warning("%s", form)
    return [{"forms": forms, values[1]: values, "joined": ",".join(values)}]`,
  },
  { name: "too_long", state: "succeeded", body: `for n in range(300): print(n, *forms)` },
];

const preamble = `import base64, ctypes, faulthandler, json, os, subprocess, sys, time, urllib.parse
NAMES = ["PASSWORD", "TOKEN", "KEY", "SHORT", "FROM_ENV", "MOUNTED"]
def spellings(value):
    raw = value.encode()
    return [value, base64.b64encode(raw).decode(), base64.urlsafe_b64encode(b"xy" + raw + b"z").decode(),
        base64.encodebytes(raw).decode(), urllib.parse.quote(value), urllib.parse.quote(value, safe=""),
        urllib.parse.quote_plus(value), json.dumps({"a": value}), repr(value), repr(raw)]
def all_of():
    values = [os.environ[name] for name in NAMES]
    return values, [form for value in values if len(value) > 7 for form in spellings(value)] + [values[3]]
`;
const env = `env:
  PASSWORD: { secret: password }
  TOKEN: { secret: token }
  KEY: { secret: deploy.key }
  SHORT: { secret: short }
  FROM_ENV: { secret: from_env }
  MOUNTED: { secret: mounted }
`;

/** Steps of every kind that say, return and end with their secrets, among them the value of a secret parameter. */
const runbook = `type: runbook
parameters:
  pin: { type: string, secret: true, minLength: 4 }
  plain: { type: string, default: nothing }
${env}steps:
  - name: Shell
    run: |
      printf '%s\\n' "$PASSWORD" "$KEY" "$PIN" "$MOUNTED"
      printf '%s' "$PASSWORD" | base64 -w 0; printf '%s' "$PIN" | base64 >&2
      { printf 'password=%s\\n' "$PASSWORD"; printf 'pin=%s\\n' "$PIN"; } >> "$ROTA_OUTPUT"
      printf '%s' "$KEY" | base64 -w 0 | sed 's/^/key=/' >> "$ROTA_OUTPUT"
      env
    env: { PIN: "\${{ parameters.pin }}" }
  - name: Python
    python: report.py
    env: { PIN: "\${{ parameters.pin }}", OLD: "\${{ steps.shell.outputs.password }}" }
  - name: Raises
    python: raises.py
    continueOnError: true
  - name: Fails
    run: 'echo "$PIN" >&2; exit 3'
    env: { PIN: "\${{ parameters.pin }}" }
    continueOnError: true
    retries: { limit: 1, delay: 10ms }
  - name: Asks
    http: { url: "http://127.0.0.1:1/\${{ parameters.plain }}", headers: { Authorization: { secret: token } } }
    continueOnError: true
  - name: Other action
    action: exits
    continueOnError: true
`;

const project = `scope: e2e
serviceAccounts:
  worker@example.com:
    permissions: [{ object: "action_scripts:_all_default", permission: AllowGet }]
environments:
  test: { server: "http://127.0.0.1:5090" }
`;

function writeAction(repository: Repository, name: string, manifest: string, main: string): void {
  mkdirSync(join(repository.folder, "actions", name), { recursive: true });
  repository.write(
    `actions/${name}/action.yaml`,
    `${manifest}${name === "steps" ? "" : "serviceAccount: worker@example.com\n"}`,
  );
  repository.write(`actions/${name}/main.py`, main);
}

function writeRepository(repository: Repository): void {
  repository.write("rota.yaml", project);
  const scheduled = 'type: scheduled\nschedule: { cron: "0 6 1 1 *" }\n';
  for (const { name, type, body } of cases)
    writeAction(
      repository,
      name,
      `${type === "realtime" ? "type: realtime\n" : scheduled}${env}`,
      `${preamble}\ndef main(${type === "realtime" ? "data, logger" : ""}):\n    values, forms = all_of()\n    ${body}\n`,
    );
  writeAction(repository, "steps", runbook, "");
  rmSync(join(repository.folder, "actions/steps/main.py"));
  const step = (body: string) =>
    `${preamble}\ndef main(data, logger):\n    values, forms = all_of()\n    ${body}\n`;
  repository.write(
    "actions/steps/report.py",
    step(
      'print(*forms, data, os.environ["OLD"]); logger.info("%s", forms); return {"forms": forms, "data": data, "pin": os.environ["PIN"]}',
    ),
  );
  repository.write("actions/steps/raises.py", step("raise ValueError(*forms, data)"));
  const nothing = "def main():\n    pass\n";
  writeAction(repository, "lacks_one", `${scheduled}env: { A: { secret: never_set } }\n`, nothing);
  writeAction(repository, "has_nul", `${scheduled}env: { A: { secret: unusable } }\n`, nothing);
  const waits = `${preamble}\ndef main():\n    values, forms = all_of()\n    print(*forms, sep="\\n", flush=True)\n    print("is waiting", flush=True)\n    time.sleep(600)\n`;
  writeAction(repository, "waits", `${scheduled}${env}`, waits);
  repository.commit("Begin");
}

/** What each value may look like somewhere; written here without a look at what the product hides. */
function needles(value: string): readonly string[] {
  const trimmed = value.trim();
  const bytes = Buffer.from(trimmed);
  const inside = [0, 1, 2].map((offset) =>
    Buffer.concat([Buffer.alloc(offset), bytes])
      .toString("base64")
      .slice(offset === 0 ? 0 : offset + 1, -4),
  );
  const long = [
    ...trimmed.split("\n").filter((line) => line.length > 7),
    ...inside,
    ...inside.map((text) => text.replaceAll("+", "-").replaceAll("/", "_")),
    bytes.toString("base64"),
    encodeURIComponent(trimmed),
    encodeURIComponent(trimmed).replaceAll("%20", "+"),
    JSON.stringify(trimmed).slice(1, -1),
    bytes.toString("hex"),
    bytes.toString("utf16le"),
  ];
  return [...new Set(trimmed.length > 7 ? long : [trimmed, bytes.toString("hex")])];
}

/** Of a secret parameter. */
const pin = `pin ${word()}`;

const everyNeedle = [...Object.values(secrets), pin, unusable.replace("\0", "")].flatMap(needles);

/** Which of the values stand in some text, told by their place in the list: a failure prints none either. */
const found = (text: string): readonly number[] =>
  everyNeedle.flatMap((needle, index) => (text.includes(needle) ? [index] : []));

/** Every file below a folder, as one text each. */
function filesBelow(folder: string): readonly { path: string; text: string }[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .flatMap((path) => {
      const bytes = readFileSync(path);
      return [
        { path, text: bytes.toString("latin1") },
        { path, text: bytes.toString("utf8") },
      ];
    });
}

const tainted = (folder: string) =>
  filesBelow(folder).flatMap(({ path, text }) => found(text).map((index) => ({ path, index })));

it("N3: no value of a secret is in any answer, log, history, error, file of the server, or backup", async () => {
  const [data, mounted] = [join(temporary(), "data"), temporary()];
  writeFileSync(join(mounted, "mounted"), secrets.mounted);
  const settings = { ROTA_LOG: "debug", ROTA_SECRETS_DIR: mounted, ROTA_SECRET_FROM_ENV: secrets.from_env };
  let server: ServerProcess = await serve(data, settings);
  const seen: { what: string; text: string }[] = [];
  const see = <T extends { out: string; err: string }>(what: string, ended: T): T => {
    seen.push({ what, text: ended.out }, { what, text: ended.err });
    return ended;
  };
  const repository = new Repository(() => server);
  writeRepository(repository);
  const cli = async (...args: string[]) => see(args.slice(0, 2).join(" "), await repository.rota(...args));
  const ask = async (method: string, path: string, body?: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(server.address + path, {
      method,
      headers: { authorization: basicOf(), "content-type": "application/json", ...headers },
      ...(body !== undefined && { body }),
    });
    const text = await answer.text();
    seen.push({ what: `${method} ${path.slice(0, 40)}`, text: text + JSON.stringify([...answer.headers]) });
    return answer.status;
  };

  // Half of them by the command, half over HTTP; each set twice.
  const [first, second, third, fourth] = Object.entries(secrets);
  for (const [name, value] of [first!, second!, ["unusable", unusable] as const])
    for (let time = 0; time < 2; time++) {
      const set = rota(["secrets", "set", name], {
        env: repository.login(),
        input: value,
        cwd: repository.folder,
      });
      expect(see("secrets set", await set).code).toBe(0);
    }
  for (const [name, value] of [third!, fourth!])
    for (let time = 0; time < 2; time++)
      expect(await ask("PUT", `/api/default/secrets/${name}`, JSON.stringify({ value }))).toBe(200);

  expect((await cli("validate")).code).toBe(0);
  expect((await cli("plan")).code).toBe(0);
  expect((await cli("apply", "--yes")).code).toBe(0);
  for (const { name, state, type } of cases) {
    const input = join(temporary(), "input.json");
    writeFileSync(input, "[{}]");
    await cli("run", name, ...(type === "realtime" ? ["--input", input] : []));
    const [run] = (await server.call<{ items: RunJson[] }>("GET", `/api/default/actions/${name}/runs`)).items;
    expect(run, name).toMatchObject({ state });
  }
  const pinned = join(temporary(), "pin.json");
  writeFileSync(pinned, JSON.stringify({ pin }));
  expect((await cli("run", "steps", "--input", pinned)).err).toContain("[redacted]");
  const [steps] = (await server.call<{ items: RunJson[] }>("GET", "/api/default/actions/steps/runs")).items;
  expect(steps).toMatchObject({ state: "succeeded" });
  expect((await cli("run", "lacks_one")).err).toContain("rota secrets set never_set");
  expect((await cli("run", "has_nul")).err).toContain("NUL byte");

  for (const format of ["text", "json"])
    for (const command of [["list"], ["runs"], ["secrets", "list"], ["plan"]])
      await cli(...command, "--format", format);
  const { items } = await server.call<{ items: RunJson[] }>("GET", "/api/default/runs?limit=1000");
  for (const { id } of items) {
    const logs = await cli("logs", id);
    const shown = await cli("show", id, "--format", "json");
    await ask("GET", `/api/default/runs/${id}/logs`, undefined, { accept: "text/event-stream" });
    if (["prints", "too_long"].includes(JSON.parse(shown.out).action_name))
      expect(logs.out).toContain("[redacted]");
  }
  for (const path of ["actions", "secrets", "runs", "server", "service_accounts", "tokens"])
    await ask("GET", `/api/default/${path}`);

  // Mistakes that put a value where none belongs. Addresses and names of logins are not among them: those are told.
  for (const value of Object.values(secrets)) {
    const quoted = encodeURIComponent(value);
    const bytes = { "content-type": "application/octet-stream" };
    expect(await ask("PUT", `/api/default/secrets/${quoted}=`, value, bytes)).toBe(400);
    expect(await ask("DELETE", `/api/default/secrets/${quoted}=`)).toBe(400);
    expect(await ask("PUT", "/api/default/secrets/x", JSON.stringify({ valeu: value }))).toBe(400);
    expect(await ask("PUT", "/api/default/secrets/x", JSON.stringify({ value: [value] }))).toBe(400);
    expect(await ask("PUT", "/api/default/secrets/x", `{"value": ${value}`)).toBe(400);
    expect(await ask("PUT", "/api/default/secrets/x", value, { "content-type": "text/plain" })).toBe(415);
    expect(await ask("PUT", "/api/default/secrets/x", value + "x".repeat(70_000), bytes)).toBe(400);
    expect(await ask("PUT", "/api/default/secrets/x", value + "x".repeat(700_000), bytes)).toBe(413);
    expect(await ask("POST", "/api/default/actions/prints/run", JSON.stringify(value))).toBe(400);
    expect(await ask("POST", "/api/default/actions/prints/run", `{"parameters": ${value}`)).toBe(400);
    const wrong = { parameters: { pin: [value] } };
    expect(await ask("POST", "/api/default/actions/steps/run", JSON.stringify(wrong))).toBe(400);
    expect(await ask("GET", `/api/default/runs?cursor=${quoted}`)).toBe(400);
    expect(await ask("GET", `/api/default/${quoted}`)).toBe(404);
    const login = Buffer.from(`root@example.com:${value}`).toString("base64");
    expect([401, 429]).toContain(
      await ask("GET", "/api/default/runs", undefined, { authorization: `Basic ${login}` }),
    );
  }
  const [password, , key] = Object.values(secrets);
  for (const value of [password!, key!])
    for (const words of [["x", value], [`x=${value}`], [value]])
      expect((await cli("secrets", "set", ...words)).code).toBe(2);
  expect(seen.flatMap(({ what, text }) => found(text).map((index) => ({ what, index })))).toEqual([]);
  expect(seen.length).toBeGreaterThan(100);

  // While it runs, after a crash in the middle of a run, and as a backup.
  const waiting = repository.rota("run", "waits");
  const running = async () =>
    (await server.call<{ items: RunJson[] }>("GET", "/api/default/actions/waits/runs")).items[0];
  await expect.poll(async () => (await running())?.state, { timeout: 20_000 }).toBe("running");
  const { id } = (await running())!;
  const log = async () => see("logs", await repository.rota("logs", id)).out;
  await expect.poll(log, { timeout: 20_000 }).toContain("is waiting");
  expect(tainted(data)).toEqual([]);
  await server.kill();
  see("run waits", await waiting);
  expect(tainted(data)).toEqual([]);
  expect(found(server.said())).toEqual([]);
  server = await serve(data, settings);
  expect((await running())?.state).toBe("interrupted");
  see("logs", await repository.rota("logs", id));
  await server.kill();
  const backup = join(temporary(), "backup");
  cpSync(data, backup, { recursive: true });
  expect(tainted(backup)).toEqual([]);
  expect(found(server.said())).toEqual([]);
  expect(seen.flatMap(({ what, text }) => found(text).map((index) => ({ what, index })))).toEqual([]);

  // What was looked at is what there is: with a value in it, it would have been found.
  writeFileSync(join(backup, "planted"), `a ${secrets.token} b`);
  expect(tainted(backup).length).toBeGreaterThan(0);
}, 600_000);
