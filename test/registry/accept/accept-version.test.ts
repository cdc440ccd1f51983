import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { codeDigest } from "../../../src/core/bundle/digest.ts";
import { sha256 } from "../../../src/core/json.ts";
import { RegistryError, removeAction } from "../../../src/registry/index.ts";
import type { RegistryStore } from "../../../src/registry/ports.ts";
import { unzipBundle } from "../../../src/registry/unzip/unzip-bundle.ts";
import { craftZip } from "../unzip/craft-zip.ts";
import { code, cron, file, runbook, scheduled, testRegistry, upload, type World } from "./test-registry.ts";

const minute = 60_000_000;
/** When the action fires next, as runs would see it. */
async function nextFire({ store }: World): Promise<number | undefined> {
  return (await store.runs.due(0, 10)).next;
}

describe("an accepted upload", () => {
  it("is live with version 1: row, archive, unpacked folder, environment, next fire", async () => {
    const world = await testRegistry();
    const sent = await upload({ managedBy: "team", manifest: "type: scheduled\n" });
    const live = await world.accept({ upload: sent });
    expect(live).toMatchObject({
      name: "log_sender",
      version: 1,
      code: codeDigest(code),
      zipFileName: "log_sender.zip",
      managedBy: "team",
      createdBy: "ada@example.com",
      type: "scheduled",
      timing: "cron",
    });
    const version = await world.registry.readVersion({
      organization: "default",
      id: live.id,
      number: undefined,
    });
    expect(version?.action).toEqual(scheduled());
    expect(version).toMatchObject({ number: 1, manifest: "type: scheduled\n", digest: live.digest });
    expect(await world.parts.blobs.get(version!.blob)).toEqual(Buffer.from(sent.zip!.bytes));
    const folder = world.parts.bundles.path(live.code);
    expect(readFileSync(join(folder, "main.py"), "utf8")).toContain("hello");
    expect(world.prepared).toEqual([folder]);
    expect(await nextFire(world)).toBe(Date.UTC(2023, 11, 1, 12, 30) * 1000);
    const [audit] = await world.store.access.readAudit({
      organization: "default",
      before: undefined,
      limit: 5,
    });
    expect(audit).toMatchObject({
      actor: "ada@example.com",
      action: "create",
      object: `action_scripts:${live.id}`,
    });
  });

  it("makes the next version of its action; earlier ones stay as they were", async () => {
    const world = await testRegistry();
    const first = await world.accept();
    const changed = [file("main.py", "def main():\n    print('two')\n"), file("run.sh", "", "executable")];
    const second = await world.accept({ id: first.id, upload: await upload({}, changed) });
    expect(second).toMatchObject({ id: first.id, version: 2, code: codeDigest(changed) });
    expect(second.etag).not.toBe(first.etag);
    const versions = await Promise.all(
      [1, 2, undefined].map((number) =>
        world.registry.readVersion({ organization: "default", id: first.id, number }),
      ),
    );
    expect(versions.map((version) => version?.code)).toEqual([first.code, second.code, second.code]);
    const folder = world.parts.bundles.path(second.code);
    expect(lstatSync(join(folder, "run.sh")).mode & 0o777).toBe(0o555);
    expect(lstatSync(join(folder, "main.py")).mode & 0o777).toBe(0o444);
    expect(await world.registry.listActions({ organization: "default" })).toEqual([second]);
  });

  it("with fields alone keeps the code, unpacks nothing and prepares nothing", async () => {
    const world = await testRegistry();
    const first = await world.accept();
    const fields = {
      ...(await upload()),
      zip: undefined,
      action: scheduled({ schedule: cron("0 * * * *") }),
    };
    const second = await world.accept({ id: first.id, upload: fields });
    expect(second).toMatchObject({ version: 2, code: first.code, zipFileName: first.zipFileName });
    expect(second.digest).not.toBe(first.digest);
    expect(world.prepared).toHaveLength(1);
  });

  it("comes back to the same digest when what was changed is changed back", async () => {
    const world = await testRegistry();
    const first = await world.accept();
    await world.accept({ id: first.id, upload: await upload({}, [file("main.py", "other")]) });
    const third = await world.accept({ id: first.id });
    expect(third.digest).toBe(first.digest);
    expect(third.version).toBe(3);
    expect(third.etag).not.toBe(first.etag);
  });

  it("shares its unpacked folder with every action of the same code", async () => {
    const world = await testRegistry();
    await world.accept();
    await world.accept({ upload: await upload({ action: scheduled({ name: "second" }) }) });
    expect(readdirSync(join(world.data, "bundles"))).toEqual([codeDigest(code)]);
  });

  it("from a form takes the manifest inside a zipped folder when both agree", async () => {
    const world = await testRegistry();
    const meant = scheduled({ timeout: 5000 });
    const zip = craftZip([
      { name: "log_sender/main.py", content: "def main(): pass\n" },
      { name: "log_sender/action.yaml", content: JSON.stringify(meant) },
    ]);
    const sent = {
      ...(await upload({ form: ["name", "type", "schedule"] })),
      zip: { bytes: zip, fileName: "mine.zip" },
      codeDigest: undefined,
    };
    const live = await world.accept({ upload: sent });
    const version = await world.registry.readVersion({ organization: "default", id: live.id, number: 1 });
    expect(version?.action).toEqual(JSON.parse(JSON.stringify(meant)));
    expect(version?.manifest).toBe(JSON.stringify(meant));
    expect(existsSync(join(world.parts.bundles.path(live.code), "action.yaml"))).toBe(false);
    for (const action of [scheduled({ schedule: cron("0 0 * * *") }), scheduled({ name: "other" })])
      await expect(world.accept({ id: live.id, upload: { ...sent, action } })).rejects.toMatchObject({
        code: "MANIFEST_DISAGREES",
      });
  });
});

describe("a schedule", () => {
  const now = 1_700_000_000_000_000;
  it("that did not change keeps its next fire; one that did is worked out anew", async () => {
    const world = await testRegistry();
    const every = scheduled({ schedule: cron("*/5 * * * *") });
    const live = await world.accept({ upload: await upload({ action: every }) });
    const first = await nextFire(world);
    const later = { id: live.id, now: first! + 30 * minute };
    await world.accept({ ...later, upload: await upload({ action: { ...every, description: "new" } }) });
    expect(await nextFire(world)).toBe(first);
    await world.accept({
      ...later,
      upload: await upload({ action: { ...every, schedule: cron("0 * * * *") } }),
    });
    expect(await nextFire(world)).toBeGreaterThan(later.now);
    await world.accept({ ...later, upload: await upload({ action: { ...every, enabled: false } }) });
    expect(await nextFire(world)).toBeUndefined();
  });

  it("of once fires when its action is created, and never for a later change", async () => {
    const world = await testRegistry();
    const once = scheduled({ schedule: { ...cron(""), timing: { kind: "once" } } });
    const live = await world.accept({ upload: await upload({ action: once }) });
    const { ticks } = await world.store.runs.due(now, 10);
    expect(ticks.map(({ fire }) => fire)).toEqual([now]);
    await world.store.runs.create([], {
      organization: "default",
      actionId: live.id,
      from: now,
      next: undefined,
    });
    await world.accept({ id: live.id, upload: await upload({ action: { ...once, description: "new" } }) });
    await world.accept({ id: live.id, upload: await upload({ action: { ...once, enabled: false } }) });
    await world.accept({ id: live.id, upload: await upload({ action: once }) });
    expect((await world.store.runs.due(now + minute, 10)).ticks).toEqual([]);
  });
});

describe("what is refused leaves the earlier version live", () => {
  const refusal = async (world: World, ask: Parameters<World["accept"]>[0]) => {
    const before = await world.registry.listActions({ organization: "default" });
    const error = await world.accept(ask).then(
      () => undefined,
      (caught: unknown) => caught,
    );
    expect(error).toBeInstanceOf(RegistryError);
    expect(await world.registry.listActions({ organization: "default" })).toEqual(before);
    return error as RegistryError;
  };

  it("an environment that cannot be built, with its sentence", async () => {
    const failing = {
      prepare: () => Promise.reject(new Error("requests==99 cannot be fetched: no network")),
    };
    const world = await testRegistry();
    const live = await world.accept();
    Object.assign(world.parts, { environments: failing });
    const error = await refusal(world, { id: live.id, upload: await upload({}, [file("main.py", "new")]) });
    expect(error).toMatchObject({ code: "ENVIRONMENT_FAILED", kind: "invalid" });
    expect(error.message).toContain("no network");
  });

  it("an installation that fails, with its last lines and where the others are", async () => {
    const world = await testRegistry();
    const live = await world.accept();
    Object.assign(world.parts, {
      environments: {
        async prepare(_bundle: string, _signal: AbortSignal, log: (line: string) => void) {
          for (const line of ["1", "2", "3", " ", "4", "5", "6"]) log(line);
          throw new Error("It failed.");
        },
      },
    });
    const error = await refusal(world, { id: live.id, upload: await upload({}, [file("main.py", "new")]) });
    expect(error.message).toBe(
      "It failed.\nThe installation's last lines:\n2\n3\n4\n5\n6\nAll of them: rota logs the-run",
    );
    expect(world.kept).toMatchObject([
      { version: { actionId: live.id, number: 0 }, actor: "ada@example.com", reason: "It failed." },
    ]);
    const [kept] = world.kept;
    expect(kept?.version.digest).not.toBe(live.digest);
  });

  it("a stale ETag, an unknown id, another organization's id", async () => {
    const world = await testRegistry();
    const first = await world.accept();
    const second = await world.accept({ id: first.id, ifMatch: first.etag });
    expect(await refusal(world, { id: first.id, ifMatch: first.etag })).toMatchObject({
      kind: "precondition",
      code: "ETAG_MISMATCH",
    });
    expect(await refusal(world, { id: "x" })).toMatchObject({ kind: "not-found", code: "ACTION_MISSING" });
    expect(await refusal(world, { id: first.id, organization: "other" })).toMatchObject({
      code: "ACTION_MISSING",
    });
    const ask = { organization: "default", id: first.id, actor: "ada@example.com", now: 1 };
    await expect(removeAction(world.parts, { ...ask, ifMatch: first.etag })).rejects.toMatchObject({
      code: "ETAG_MISMATCH",
    });
    await removeAction(world.parts, { ...ask, ifMatch: second.etag });
    await expect(removeAction(world.parts, { ...ask, ifMatch: undefined })).rejects.toMatchObject({
      kind: "not-found",
    });
  });

  it("a name that is taken, also when two ask at once", async () => {
    const world = await testRegistry();
    const outcomes = await Promise.allSettled([world.accept(), world.accept(), world.accept()]);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await refusal(world, {})).toMatchObject({
      code: "NAME_TAKEN",
      message: "Action with the same name already exists",
    });
    const other = await world.accept({ organization: "other" });
    expect(other.version).toBe(1);
    const second = await world.accept({ upload: await upload({ action: scheduled({ name: "second" }) }) });
    expect(await refusal(world, { id: second.id })).toMatchObject({ code: "NAME_TAKEN" });
  });

  it("two changes on one ETag: one wins, the other is told", async () => {
    const world = await testRegistry();
    const live = await world.accept();
    const asks = ["a", "b", "c", "d"].map(async (text) =>
      world.accept({ id: live.id, ifMatch: live.etag, upload: await upload({}, [file("main.py", text)]) }),
    );
    const outcomes = await Promise.allSettled(asks);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const reasons = outcomes.flatMap((outcome) =>
      outcome.status === "rejected" ? [outcome.reason.code] : [],
    );
    expect(reasons).toEqual(["ETAG_MISMATCH", "ETAG_MISMATCH", "ETAG_MISMATCH"]);
  });

  it("another digest than was sent, no main.py, another type, no file, a bad file name", async () => {
    const world = await testRegistry();
    const live = await world.accept();
    const own = { id: live.id };
    expect(
      await refusal(world, { ...own, upload: await upload({ codeDigest: "0".repeat(64) }) }),
    ).toMatchObject({
      code: "CODE_DIGEST_DIFFERS",
    });
    expect(await refusal(world, { ...own, upload: await upload({}, [file("app.py", "")]) })).toMatchObject({
      code: "ENTRY_POINT_MISSING",
      message: expect.stringContaining('"main.py"'),
    });
    expect(await refusal(world, { ...own, upload: await upload({ action: runbook() }) })).toMatchObject({
      code: "TYPE_CHANGED",
    });
    const action = scheduled({ name: "new" });
    expect(await refusal(world, { upload: { ...(await upload({ action })), zip: undefined } })).toMatchObject(
      {
        code: "FILE_MISSING",
      },
    );
    const zip = { ...(await upload()).zip!, fileName: 'a"\r\nX: y.zip' };
    expect(await refusal(world, { upload: await upload({ action, zip }) })).toMatchObject({
      code: "ZIP_FILE_NAME_ILLEGAL",
    });
    const hostile = { bytes: craftZip([{ name: "main.py" }, { name: "../x" }]), fileName: "x.zip" };
    expect(await refusal(world, { upload: await upload({ action, zip: hostile }) })).toMatchObject({
      code: "ZIP_NAME",
    });
    expect(readdirSync(join(world.data, "bundles"))).toEqual([live.code]);
  });

  it("Python that cannot be what its action needs, and a runbook's step without its file", async () => {
    const world = await testRegistry({ checkPython: async () => ["main.py:1: main() takes an argument"] });
    expect(await refusal(world, {})).toMatchObject({
      code: "PYTHON_INVALID",
      message: expect.stringContaining("main.py:1"),
    });
    const book = await testRegistry();
    const plain = await book.accept({ upload: await upload({ action: runbook() }, [file("a.py", "")]) });
    const step = { program: { kind: "python", file: "report.py" } };
    const action = runbook({ steps: [step as never] });
    expect(await refusal(world, { upload: await upload({ action }) })).toMatchObject({
      code: "ENTRY_POINT_MISSING",
    });
    const fields = { ...(await upload({ action })), zip: undefined };
    expect(await refusal(book, { id: plain.id, upload: fields })).toMatchObject({
      code: "ENTRY_POINT_MISSING",
    });
    const there = { program: { kind: "python", file: "a.py" } };
    const fitting = { ...fields, action: runbook({ steps: [there as never] }) };
    expect((await book.accept({ id: plain.id, upload: fitting })).version).toBe(2);
  });
});

describe("what fails through no fault of the sender", () => {
  it("is no RegistryError, and leaves the earlier version live and a second try free", async () => {
    const world = await testRegistry();
    const live = await world.accept();
    const { blobs } = world.parts;
    Object.assign(world.parts, { blobs: { ...blobs, put: () => Promise.reject(new Error("ENOSPC")) } });
    const next = { id: live.id, upload: await upload({}, [file("main.py", "new")]) };
    await expect(world.accept(next)).rejects.toThrow("ENOSPC");
    expect(await world.registry.listActions({ organization: "default" })).toEqual([live]);
    Object.assign(world.parts, { blobs });
    expect((await world.accept(next)).version).toBe(2);
  });
});

describe("a removed action", () => {
  it("frees its name, fires no more, and keeps only the versions that runs pin", async () => {
    const world = await testRegistry();
    const live = await world.accept();
    const run = {
      id: "2aaaaaaaaaaaaaaaaaaaaaaaaaa",
      organization: "default",
      actionId: live.id,
      trigger: { kind: "manual" },
      actor: "ada@example.com",
      parameters: {},
      sealed: undefined,
      pinned: false,
      steps: [],
      state: "failed",
      reason: "no",
      createdAt: 1,
      dueAt: 1,
      key: undefined,
    } as const;
    await world.store.runs.create([run as never], undefined);
    await world.accept({ id: live.id, upload: await upload({}, [file("main.py", "two")]) });
    await removeAction(world.parts, {
      organization: "default",
      id: live.id,
      actor: "ada@example.com",
      ifMatch: undefined,
      now: 2,
    });
    expect(await world.registry.listActions({ organization: "default" })).toEqual([]);
    expect(await nextFire(world)).toBeUndefined();
    const ref = { organization: "default", id: live.id };
    expect((await world.registry.readVersion({ ...ref, number: 1 }))?.code).toBe(live.code);
    expect(await world.registry.readVersion({ ...ref, number: 2 })).toBeUndefined();
    expect(await world.registry.readVersion({ ...ref, number: undefined })).toBeUndefined();
    expect((await world.store.runs.get("default", run.id))?.actionName).toBe("log_sender");
    expect((await world.accept()).id).not.toBe(live.id);
  });
});

describe("what is stored of an archive", () => {
  it("is the archive byte for byte, and unpacks to the same code", async () => {
    const world = await testRegistry();
    const zip = craftZip([{ name: "x/main.py", content: "x = 1\n" }, { name: "x/.DS_Store" }]);
    const live = await world.accept({
      upload: { ...(await upload()), zip: { bytes: zip, fileName: "x.zip" }, codeDigest: undefined },
    });
    const bytes = await world.parts.blobs.get(sha256(zip));
    expect(bytes).toEqual(zip);
    expect(codeDigest((await unzipBundle(bytes!)).files)).toBe(live.code);
  });
});

describe("an installation for an upload", () => {
  const installing = {
    async prepare(_bundle: string, _signal: AbortSignal, log: (line: string) => void) {
      log("Installing one thing.");
      return { folder: undefined };
    },
  };

  it("is kept with the version that it was made for; without one, nothing is", async () => {
    const world = await testRegistry();
    await world.accept();
    expect(world.kept).toEqual([]);
    Object.assign(world.parts, { environments: installing });
    const [live] = await world.registry.listActions({ organization: "default" });
    const next = await world.accept({
      id: live?.id,
      upload: await upload({}, [file("main.py", "def main(): return 2")]),
    });
    expect(world.kept).toMatchObject([
      {
        version: { organization: "default", actionId: live?.id, number: 2, digest: next.digest },
        reason: undefined,
        lines: ["Installing one thing."],
      },
    ]);
  });

  it("is kept as of no version when that is not accepted in the end", async () => {
    const world = await testRegistry({ environments: installing });
    const live = await world.accept();
    const moved: RegistryStore = Object.create(world.registry, {
      addVersion: { value: async () => ({ outcome: "stale", etag: "x" }) },
    });
    Object.assign(world.parts, { store: moved });
    await expect(world.accept({ id: live.id })).rejects.toMatchObject({ code: "ETAG_MISMATCH" });
    expect(world.kept.map(({ version }) => version.number)).toEqual([1, 0]);
  });
});
