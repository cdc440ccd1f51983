import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chmod, copyFile, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { encodeFrame, frameReader } from "./frames.ts";
import type {
  EndMessage,
  HelloMessage,
  KeeperMessage,
  OutputMessage,
  StartMessage,
  ZygoteAsk,
  ZygoteMessage,
} from "./messages.ts";

export interface Listener {
  output(message: OutputMessage): void;
  end(message: EndMessage): void;
  /** The keeper died; whatever it kept is gone. */
  lost(): void;
}

/** When zygotes that nobody uses end. */
export interface ZygoteSettings {
  /** Seconds without an execution. */
  readonly idle: number;
  /** Bytes of all together, shared pages counted in part; beyond, the least used end. 0: there are none. */
  readonly memory: number;
}

/** One living keeper process. */
export interface Connection {
  readonly pid: number;
  /** Its own folder, removed when it ends. */
  readonly folder: string;
  /** What control groups limit here: of "memory" and "pids". */
  readonly groups: readonly string[];
  /** The Python that runs in executions, readable by their users. */
  readonly code: string;
  /** Makes a zygote ready, and resolves when it is, or will not be. */
  warm(zygote: ZygoteAsk): Promise<ZygoteMessage>;
  start(message: StartMessage, listener: Listener): void;
  cancel(id: string): void;
  acknowledge(id: string, bytes: number): void;
  kill(): void;
}

export interface Keeper {
  /** The living keeper, started when there is none. @throws Error when none can be started */
  connect(): Promise<Connection>;
  /** Idempotent: ends all executions (SIGTERM, at most `grace` ms, SIGKILL) and the keeper itself. */
  stop(grace: number): Promise<void>;
}

const ours = fileURLToPath(new URL("../keeper/", import.meta.url));

/** Keeps one keeper process alive: one is started when needed, and again after it died. */
export function createKeeper(options: {
  python: () => Promise<string>;
  folder: string;
  zygotes: ZygoteSettings;
  /** Told when a keeper died of itself, with what it said last: for the server's own log. */
  report: (what: string) => void;
}): Keeper {
  let current: Promise<Live> | undefined;
  let stopped: Promise<void> | undefined;

  function connect(): Promise<Live> {
    if (stopped) return Promise.reject(new Error("The executor is stopped."));
    if (current) return current;
    const starting = options.python().then((python) => startKeeper(python, options, died));
    current = starting;
    starting.catch(() => {
      if (current === starting) current = undefined;
    });
    return starting;
  }

  /** The next keeper sweeps what this one left; only then are its executions reported as lost. */
  async function died(listeners: readonly Listener[], said: string) {
    current = undefined;
    if (!stopped) options.report(`The keeper of executions died. ${said.trim()}`.trim());
    if (!stopped && listeners.length > 0) await connect().catch(() => undefined);
    for (const listener of listeners) listener.lost();
  }

  return {
    connect,
    stop(grace) {
      stopped ??= current
        ? current.then((live) => live.stop(grace)).catch(() => undefined)
        : Promise.resolve();
      return stopped;
    },
  };
}

interface Live extends Connection {
  stop(grace: number): Promise<void>;
}

async function startKeeper(
  python: string,
  { folder: parent, zygotes }: { folder: string; zygotes: ZygoteSettings },
  died: (listeners: readonly Listener[], said: string) => void,
): Promise<Live> {
  await mkdir(parent, { recursive: true });
  await chmod(parent, 0o711); // whatever the umask: executions with a user of their own pass through
  const name = randomBytes(9).toString("hex");
  const folder = join(parent, name);
  const child = spawn(
    python,
    ["-I", "-S", "-B", join(ours, "keeper.py"), parent, name, JSON.stringify(zygotes)],
    {
      stdio: ["pipe", "pipe", "pipe"],
      cwd: "/",
      // Nothing of the server's environment; the mark lets the next keeper find what this one leaves behind.
      env: { PATH: "/usr/local/bin:/usr/bin:/bin", LANG: "C.UTF-8", ROTA_EXECUTION: folder },
    },
  );
  const listeners = new Map<string, Listener>();
  const said: string[] = [];
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said.push(text);
    if (said.length > 20) said.shift();
  });
  child.stdin.on("error", () => undefined); // it died: told by "close"
  const closed = once(child, "close").catch(() => undefined);
  const waiting = waitingFor();
  const hello = await greeting(child, { listeners, zygote: waiting.heard }, closed, () => said.join(""));
  void closed.then(() => {
    waiting.nobody();
    return died([...listeners.values()], said.join(""));
  });
  const code = join(folder, "code");
  await copyCode(code).catch((error: unknown) => {
    child.kill("SIGKILL");
    throw error;
  });
  const send = (message: object) => {
    if (child.stdin.writable) child.stdin.write(encodeFrame(message));
  };
  return {
    pid: hello.pid,
    groups: hello.groups,
    folder,
    code,
    warm(zygote) {
      if (child.exitCode !== null || child.signalCode !== null)
        return Promise.resolve(keeperDied(zygote.key));
      const answer = waiting.answer(zygote.key);
      send({ op: "warm", zygote });
      return answer;
    },
    start(message, listener) {
      // Its death may have been told already; then nobody would ever tell this listener.
      if (child.exitCode !== null || child.signalCode !== null) return listener.lost();
      listeners.set(message.id, listener);
      send(message);
    },
    cancel: (id) => send({ op: "cancel", id }),
    acknowledge: (id, bytes) => send({ op: "acknowledge", id, bytes }),
    kill: () => child.kill("SIGKILL"),
    stop: (grace) => stopKeeper(child, closed, grace, send),
  };
}

/** Listens from now on, and waits for the first message: the keeper has swept and is ready. */
function greeting(
  child: ChildProcess,
  to: { listeners: Map<string, Listener>; zygote(message: ZygoteMessage): void },
  closed: Promise<unknown>,
  said: () => string,
): Promise<HelloMessage> {
  return new Promise((resolve, reject) => {
    const read = frameReader<KeeperMessage>((message) => {
      if (message.op === "hello") return resolve(message);
      if (message.op === "zygote") return to.zygote(message);
      const listener = to.listeners.get(message.id);
      if (message.op === "output") return listener?.output(message);
      to.listeners.delete(message.id);
      listener?.end(message);
    });
    child.stdout?.on("data", read);
    child.once("error", (error) => reject(new Error(`Python could not be started: ${error.message}`)));
    void closed.then(() => reject(new Error(`The keeper of executions ended at once: ${said().trim()}`)));
  });
}

async function stopKeeper(
  child: ChildProcess,
  closed: Promise<unknown>,
  grace: number,
  send: (message: object) => void,
): Promise<void> {
  send({ op: "stop", grace });
  const patience = setTimeout(() => child.stdin?.end(), grace + 3_000); // then it kills all at once
  const last = setTimeout(() => child.kill("SIGKILL"), grace + 15_000);
  await closed;
  clearTimeout(patience);
  clearTimeout(last);
}

/** Copies of the Python sources that users of executions can read, wherever the originals lie. */
async function copyCode(folder: string): Promise<void> {
  await mkdir(folder);
  await chmod(folder, 0o755);
  for (const name of (await readdir(ours)).filter((file) => file.endsWith(".py"))) {
    await copyFile(join(ours, name), join(folder, name));
    await chmod(join(folder, name), 0o644);
  }
}

/** Who waits for which zygote. */
function waitingFor() {
  const waiting = new Map<string, PromiseWithResolvers<ZygoteMessage>>();
  return {
    answer(key: string): Promise<ZygoteMessage> {
      const answer = waiting.get(key) ?? Promise.withResolvers<ZygoteMessage>();
      waiting.set(key, answer);
      return answer.promise;
    },
    heard(message: ZygoteMessage): void {
      waiting.get(message.key)?.resolve(message);
      waiting.delete(message.key);
    },
    nobody(): void {
      for (const [key, answer] of waiting) answer.resolve(keeperDied(key));
      waiting.clear();
    },
  };
}

const keeperDied = (key: string): ZygoteMessage => ({
  op: "zygote",
  key,
  state: "failed",
  reason: "the keeper of executions died",
});
