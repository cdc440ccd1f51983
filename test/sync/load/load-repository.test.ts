import { chmodSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadRepository } from "../../../src/sync/load/load-repository.ts";
import { InvalidRepository, Refusal } from "../../../src/sync/refusal.ts";
import { apply, plan } from "../../../src/sync/sync.ts";
import { memoryTarget } from "../../../src/sync/targets/memory-target.ts";
import {
  commitAll,
  type Entry,
  git,
  testFolder,
  testRepository,
  writeFiles,
} from "../repository/test-repository.ts";
import { request } from "../world.ts";

const scheduled = (minute: number, more = ""): string =>
  `type: scheduled\nschedule: { cron: "${minute} * * * *" }\nserviceAccount: runner@example.com\n${more}`;
const main = 'def main():\n    print("hello")\n';
const rota = `scope: team-a
serviceAccounts:
  runner@example.com:
    permissions:
      - { object: "stream:_all_default", permission: AllowPost }
      - { object: "action_scripts:_all_default", permission: AllowGet }
environments:
  production: { server: "https://rota.example.com", prune: true, overlay: environments/production.yaml }
`;
const files = {
  "rota.yaml": rota,
  "environments/production.yaml": "actions:\n  one: { env: { LEVEL: warn } }\n",
  "actions/one/action.yaml": scheduled(1),
  "actions/one/main.py": main,
  "actions/two/action.yaml": scheduled(2, "protect: true\n"),
  "actions/two/main.py": main,
  "README.md": "Actions of team A\n",
};

const load = async (folder: string, options: Partial<Parameters<typeof loadRepository>[1]> = {}) => {
  const desired = await loadRepository(folder, { environment: undefined, worktree: false, ...options });
  await desired.close();
  return desired;
};
const digestOf = async (folder: string, name = "one", options = {}) =>
  (await load(folder, options)).items.find((item) => item.name === name)?.digest;

describe("a repository at HEAD", () => {
  it("is accounts and actions with digests, scope and commit", async () => {
    const folder = testRepository(files);
    const desired = await load(folder);
    expect(desired.items.map(({ kind, name, protect }) => `${kind} ${name} ${protect}`)).toEqual([
      "service-account runner@example.com false",
      "action one false",
      "action two true",
    ]);
    expect(desired.items[0]?.fields).toEqual({
      permissions: [
        { object: "action_scripts:_all_default", permission: "AllowGet" },
        { object: "stream:_all_default", permission: "AllowPost" },
      ],
    });
    expect(desired.items[1]).toMatchObject({
      fields: { name: "one", type: "scheduled", schedule: { cron: "1 * * * *" } },
      code: expect.stringMatching(/^[0-9a-f]{64}$/),
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      file: "actions/one/action.yaml",
    });
    expect(desired).toMatchObject({
      scope: "team-a",
      scopeWritten: true,
      prune: false,
      origin: "git",
      commit: git(folder, "rev-parse", "HEAD").trim(),
      warnings: [],
    });
  });

  it("takes an account's e-mail in lower case, as servers keep it, with all permissions declared for it", async () => {
    const twice = rota.replace(
      "serviceAccounts:\n",
      'serviceAccounts:\n  Runner@Example.com: { permissions: [{ object: "stream:_all_default", permission: AllowGet }] }\n',
    );
    const [item] = (await load(testRepository({ ...files, "rota.yaml": twice }))).items;
    expect(item).toMatchObject({ kind: "service-account", name: "runner@example.com" });
    expect(item?.fields.permissions).toHaveLength(3);
  });

  it("is refused with exit 2 when it is dirty, and named are the files and both ways on", async () => {
    const folder = testRepository(files);
    writeFiles(folder, { "actions/one/main.py": `${main}# more\n`, "README.md": "elsewhere\n" });
    const refused = load(folder);
    await expect(refused).rejects.toBeInstanceOf(Refusal);
    await expect(refused).rejects.toMatchObject({
      code: "DIRTY",
      exitCode: 2,
      message: expect.stringMatching(/actions\/one\/main\.py.*git commit.*--worktree/s),
    });
    await expect(refused).rejects.not.toMatchObject({ message: expect.stringContaining("README") });
  });

  it("lets files elsewhere be as they are", async () => {
    const folder = testRepository(files);
    writeFiles(folder, { "README.md": "changed\n", "notes/x.txt": "new\n" });
    expect((await load(folder)).items).toHaveLength(3);
  });

  it("is whole or nothing: all problems of all files, exit 3", async () => {
    const folder = testRepository({
      ...files,
      "actions/one/action.yaml": "type: scheduld\n",
      "actions/bad/x.py": "",
    });
    const refused = load(folder);
    await expect(refused).rejects.toBeInstanceOf(InvalidRepository);
    await expect(refused).rejects.toMatchObject({ exitCode: 3 });
    const { issues } = (await refused.catch((error) => error)) as InvalidRepository;
    expect(new Set(issues.map(({ file }) => file))).toEqual(
      new Set(["actions/bad/action.yaml", "actions/one/action.yaml"]),
    );
  });

  it("has a scope of its remote where none is written, and says so", async () => {
    const folder = testRepository({ ...files, "rota.yaml": "organization: default\n" });
    git(folder, "remote", "add", "origin", "git@github.com:acme/ops.git");
    expect(await load(folder)).toMatchObject({ scope: "acme/ops", scopeWritten: false });
  });
});

describe("other trees", () => {
  it("are the work tree on demand, and a folder without git, and the plan is told", async () => {
    const folder = testRepository(files);
    writeFiles(folder, { "actions/three/action.yaml": scheduled(3), "actions/three/main.py": main });
    const desired = await load(folder, { worktree: true });
    expect(desired).toMatchObject({ origin: "worktree", commit: undefined });
    expect(desired.items).toHaveLength(4);
    expect(desired.warnings).toEqual([expect.stringContaining("not as they are committed")]);
    const plain = await load(testFolder(files));
    expect(plain).toMatchObject({
      origin: "folder",
      commit: undefined,
      warnings: [expect.stringContaining("no git")],
    });
  });

  it("come to the same digests as the commit", async () => {
    const folder = testRepository(files);
    const [head, worktree, plain] = await Promise.all([
      digestOf(folder),
      digestOf(folder, "one", { worktree: true }),
      digestOf(testFolder(files)),
    ]);
    expect(new Set([head, worktree, plain]).size).toBe(1);
  });

  it("must be there", async () => {
    await expect(load(join(testFolder({}), "nowhere"))).rejects.toMatchObject({ exitCode: 2 });
  });
});

describe("an environment", () => {
  it("lays its overlay over the actions it names, and may prune", async () => {
    const folder = testRepository(files);
    const desired = await load(folder, { environment: "production" });
    expect(desired.prune).toBe(true);
    expect(desired.items.find(({ name }) => name === "one")?.fields.env).toEqual({ LEVEL: "warn" });
    expect(await digestOf(folder, "two", { environment: "production" })).toBe(await digestOf(folder, "two"));
    expect(await digestOf(folder, "one", { environment: "production" })).not.toBe(await digestOf(folder));
  });

  it("is read anew when its overlay changes, whatever is remembered", async () => {
    const folder = testRepository(files);
    const before = await digestOf(folder, "one", { environment: "production" });
    writeFiles(folder, { "environments/production.yaml": "actions:\n  one: { env: { LEVEL: error } }\n" });
    commitAll(folder);
    expect(await digestOf(folder, "one", { environment: "production" })).not.toBe(before);
  });

  it("whose overlay lies elsewhere makes the tree dirty too", async () => {
    const elsewhere = rota.replace("environments/production.yaml", "overlays/p.yaml");
    const folder = testRepository({ ...files, "rota.yaml": elsewhere, "overlays/p.yaml": "actions: {}\n" });
    writeFiles(folder, { "overlays/p.yaml": "actions: { }\n" });
    await expect(load(folder, { environment: "production" })).rejects.toMatchObject({ code: "DIRTY" });
    expect((await load(folder)).items).toHaveLength(3);
  });

  it("must be declared", async () => {
    await expect(load(testRepository(files), { environment: "prod" })).rejects.toMatchObject({
      exitCode: 2,
      hint: "It declares: production",
    });
  });
});

it("what an earlier plan remembers is what was read, the service account with its escapes among it", async () => {
  const odd = scheduled(1).replace(/serviceAccount: .*/, `serviceAccount: 'a"b\\c@example.com'`);
  const folder = testRepository({ ...files, "actions/one/action.yaml": odd });
  const first = await load(folder);
  const again = await load(folder);
  expect(first.items.map((item) => item.serviceAccount)).toContain('a"b\\c@example.com');
  expect(again.items.map((item) => ({ ...item }))).toEqual(first.items.map((item) => ({ ...item })));
});

describe("a digest", () => {
  const changed = async (change: (folder: string) => void): Promise<boolean> => {
    const folder = testRepository({ ...files, "actions/one/data.txt": "1\n" });
    const before = await digestOf(folder);
    change(folder);
    commitAll(folder);
    return (await digestOf(folder)) !== before;
  };
  const write = (changes: Readonly<Record<string, Entry>>) => (folder: string) => writeFiles(folder, changes);

  it.each([
    ["a field", write({ "actions/one/action.yaml": scheduled(5) })],
    ["a byte of code", write({ "actions/one/main.py": `${main}\n` })],
    ["a file more", write({ "actions/one/more.txt": "" })],
    ["a file less", (folder: string) => rmSync(join(folder, "actions/one/data.txt"))],
    [
      "a file's name",
      (folder: string) => void git(folder, "mv", "actions/one/data.txt", "actions/one/date.txt"),
    ],
    ["a file's mode", (folder: string) => chmodSync(join(folder, "actions/one/data.txt"), 0o755)],
  ])("changes with %s", async (_, change) => {
    expect(await changed(change)).toBe(true);
  });

  it.each([
    ["a comment", write({ "actions/one/action.yaml": `# why\n${scheduled(1)}` })],
    [
      "a default that is written",
      write({ "actions/one/action.yaml": scheduled(1, "timeout: 10m\nenabled: true\n") }),
    ],
    [
      "another spelling",
      write({ "actions/one/action.yaml": scheduled(1, "retries: 0\n").replace("{ cron", "{cron") }),
    ],
    ["another action", write({ "actions/two/main.py": "def main():\n    pass\n" })],
    ["a file that is ignored", write({ "actions/one/__pycache__/x.pyc": "x" })],
  ])("does not change with %s", async (_, change) => {
    expect(await changed(change)).toBe(false);
  });
});

describe("what did not change", () => {
  it("is neither read nor parsed again", async () => {
    const folder = testRepository(files);
    await load(folder);
    const before = await digestOf(folder, "two");
    // Without its manifest's object nobody can read action two any more.
    const oid = git(folder, "rev-parse", "HEAD:actions/two/action.yaml").trim();
    rmSync(join(folder, ".git/objects", oid.slice(0, 2), oid.slice(2)));
    expect(await digestOf(folder, "two")).toBe(before);
    rmSync(join(folder, ".git/rota"), { recursive: true });
    await expect(load(folder)).rejects.toBeInstanceOf(Refusal);
  });

  it("is remembered in git's own folder, never in the work tree", async () => {
    const folder = testRepository(files);
    await load(folder);
    expect(readdirSync(join(folder, ".git/rota")).length).toBeGreaterThan(0);
    expect(git(folder, "status", "--porcelain")).toBe("");
  });

  it("is checked against the others all the same", async () => {
    const folder = testRepository(files);
    await load(folder);
    writeFiles(folder, {
      "actions/three/action.yaml": `name: ONE\n${scheduled(1)}`,
      "actions/three/main.py": main,
    });
    commitAll(folder);
    await expect(load(folder)).rejects.toBeInstanceOf(InvalidRepository);
  });
});

describe("the source of an action", () => {
  it("is its code and its manifest, and nothing when they are not what was planned", async () => {
    const folder = testRepository(files);
    const desired = await loadRepository(folder, { environment: undefined, worktree: true });
    const item = desired.items.find(({ name }) => name === "one")!;
    expect(
      Buffer.from(await desired.source(item).bundle())
        .subarray(0, 2)
        .toString(),
    ).toBe("PK");
    expect(await desired.source(item).manifest()).toBe(scheduled(1));
    writeFileSync(join(folder, "actions/one/main.py"), "def main():\n    pass\n");
    await expect(desired.source(item).bundle()).rejects.toThrow(/changed while they were read/);
    await desired.close();
  });
});

describe("from git to a server", () => {
  it("a change is one update, and its revert brings the digest back", async () => {
    const folder = testRepository(files);
    const server = memoryTarget();
    const load = () => loadRepository(folder, { environment: undefined, worktree: false });
    const applied = () => apply(request(server, [], { load }));
    expect((await applied()).items.map(({ operation, name }) => `${operation} ${name}`)).toEqual([
      "create runner@example.com",
      "create one",
      "create two",
    ]);
    const digest = () => server.items().find(({ name }) => name === "one")?.digest;
    const first = digest();
    writeFiles(folder, { "actions/one/main.py": 'def main():\n    print("other")\n' });
    commitAll(folder);
    expect((await plan(request(server, [], { load }))).operations).toMatchObject([
      { operation: "update", name: "one", codeChanged: true, fields: [] },
    ]);
    expect(await applied()).toMatchObject({ exitCode: 0, ledger: { generation: 2 } });
    expect(digest()).not.toBe(first);
    git(folder, "revert", "--no-edit", "HEAD");
    expect(await applied()).toMatchObject({ exitCode: 0 });
    expect(digest()).toBe(first);
    expect((await applied()).items).toEqual([]);
  });
});
