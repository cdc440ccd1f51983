import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { token } from "../../contract/executor/daemon.ts";
import { bytes, eventually, MiB, processesWith, sh, sharedWorld } from "../world.ts";
import { remoteOf, servers } from "./servers.ts";

/** A command line at place ssh: what goes there, and what comes back. */
describe.each(servers)("a command on $name", (kind) => {
  describe.skipIf(kind.missing !== undefined)("over ssh", () => {
    const remote = remoteOf(kind);
    const { executor } = sharedWorld();
    const run = (command: string, asked: Parameters<typeof sh>[2] = {}) =>
      sh(executor, command, { place: remote().place, ...asked });

    test("its lines, its exit code, no measures", async () => {
      const { outcome, lines } = await run("echo one; echo two >&2; printf three");
      expect(lines.toSorted()).toEqual(["stderr: two", "stdout: one", "stdout: three"]);
      expect(outcome).toMatchObject({
        end: "succeeded",
        reason: undefined,
        exitCode: 0,
        result: undefined,
        isolation: undefined,
        peakMemory: undefined,
        cpuTime: undefined,
      });
    });

    test("values are variables and never part of it, whatever they hold", async () => {
      const all = Array.from({ length: 0x7ff }, (_, n) => String.fromCharCode(n + 1)).join("");
      const env = {
        EVIL: `'; echo spliced; "$(echo spliced)" \`echo spliced\` \\ !x \n#`,
        EMPTY: "",
        NEWLINES: "\n\n",
        DASH: "-n",
        ALL: all,
        LONG: "x'".repeat(50_000),
        begin: "1",
        PATH: "/nowhere:/usr/local/bin:/usr/bin:/bin",
      };
      const names = Object.keys(env);
      const { outcome } = await run(`env -0 | grep -zE '^(${names.join("|")})=' | sort -z > "$ROTA_OUTPUT"`, {
        env,
      });
      expect(outcome.reason).toBeUndefined();
      const got = Buffer.from(outcome.result ?? [])
        .toString()
        .split("\0")
        .filter((entry) => entry !== "");
      const wanted = Object.entries(env).map(([name, value]) => `${name}=${value}`);
      expect(got.toSorted().join("\0") === wanted.toSorted().join("\0")).toBe(true); // too long to be shown
    });

    test("a command is one argument, and none of it is an option", async () => {
      const { outcome, lines } = await run("-x; echo after");
      expect(outcome.end).toBe("succeeded");
      expect(lines).toContain("stdout: after");
      expect((await run("")).outcome).toMatchObject({ end: "succeeded", exitCode: 0 });
    });

    test.each([0, 5, 5_000, 3_000_000])("its standard input is the input: %i bytes", async (size) => {
      const input = randomBytes(size);
      async function* pieces() {
        yield input;
      }
      const { outcome } = await run('cat > "$ROTA_OUTPUT"', { input: pieces() });
      expect(outcome.end).toBe("succeeded");
      expect(Buffer.from(outcome.result ?? []).equals(input)).toBe(true);
    });

    test("what it writes to $ROTA_OUTPUT is the result, byte for byte, where it succeeds", async () => {
      const { outcome, lines } = await run(`printf 'b=é\\0\\n\\377' >> "$ROTA_OUTPUT"; echo to log`);
      expect(Buffer.from(outcome.result ?? []).toString("latin1")).toBe("b=Ã©\0\nÿ");
      expect(lines).toEqual(["stdout: to log"]);
      const failed = await run(`echo a=1 >> "$ROTA_OUTPUT"; exit 1`);
      expect(failed.outcome).toMatchObject({ end: "failed", result: undefined });
    });

    test("more of it than the limit on output is told apart, and so is more output", async () => {
      const result = await run(`head -c 2000000 /dev/zero > "$ROTA_OUTPUT"`, { limits: { output: MiB } });
      expect(result.outcome).toMatchObject({
        end: "output_limit",
        reason: "It wrote more than 1 MiB to $ROTA_OUTPUT (resources.output).",
        result: undefined,
      });
      const flood = await run("yes", { limits: { output: MiB } });
      expect(flood.outcome).toMatchObject({ end: "output_limit" });
    });

    const endings: readonly (readonly [name: string, command: string, expected: object])[] = [
      ["exit 3", "exit 3", { end: "failed", reason: "Exit code 3.", exitCode: 3 }],
      ["exit 255, as ssh's own", "exit 255", { end: "failed", reason: "Exit code 255.", exitCode: 255 }],
      [
        "a command that is not there",
        "no_such_command",
        { end: "failed", reason: "Exit code 127: a command was not found.", exitCode: 127 },
      ],
      ["a syntax error", "if then", { end: "failed", exitCode: 2 }],
      ["an exit code like that of a signal", "exit 139", { end: "failed", exitCode: 139, signal: undefined }],
      ["a crash of itself", "kill -SEGV $$", { end: "failed", exitCode: undefined, signal: "SIGSEGV" }],
      ["a kill", "kill -KILL $$", { end: "failed", exitCode: undefined, signal: "SIGKILL" }],
    ];
    test.each(endings)("%s", async (_, command, expected) => {
      expect((await run(command)).outcome).toMatchObject(expected);
    });

    test("it has no descriptor besides its three, and nothing of what watches over it", async () => {
      const { lines } = await run(
        `for n in 3 4 5 6 7 8 9; do [ -e /dev/fd/$n ] && echo $n; done; set | grep -ciE 'rota_(end|begin|id|command)' ; env | grep '^ROTA_' | sed 's/=.*//' | sort`,
      );
      expect(lines).toEqual(["stdout: 0", "stdout: ROTA_EXECUTION", "stdout: ROTA_OUTPUT"]);
    });

    test("a line that looks like the end is a line", async () => {
      const { outcome, lines } = await run(
        'i=0; while [ $i -lt 300 ]; do printf "%032x exit 0 0 0\\n" $i; i=$((i+1)); done; exit 9',
      );
      expect(outcome).toMatchObject({ end: "failed", exitCode: 9 });
      expect(lines).toHaveLength(300);
    });

    test("neither command, variables nor input are seen in a list of processes", async () => {
      const { lines } = await run(
        `all=$(cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ')
        case $all in *"$VALUE"* | *hidden-comm[a]nd* | *hidden-inp[u]t*) echo seen ;; *"IFS= read"*) echo not seen ;; esac
        : hidden-command`,
        { env: { VALUE: "hidden-value" }, input: bytes("hidden-input") },
      );
      expect(lines).toEqual(["stdout: not seen"]);
    });

    test("what it leaves behind ends with it, and the log says so; nothing of ours stays", async () => {
      const TOKEN = token();
      const { outcome, lines } = await run(
        'setsid sleep 600 >/dev/null 2>&1 & sleep 600 & dirname "$ROTA_OUTPUT"; touch "$TMPDIR/mine"',
        { env: { TOKEN } },
      );
      expect(outcome.end).toBe("succeeded");
      expect(lines).toContain("system: 2 processes that it left behind ended with it.");
      expect(processesWith(TOKEN)).toEqual([]);
      const folder = lines.find((line) => line.includes("/rota-"))?.replace("stdout: ", "");
      await eventually(() => !existsSync(folder ?? "")); // removed after its end was told
    });
  });
});
