import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { gitConfig, gitEnvironment } from "./git-world.ts";
import { RepositoryError } from "./repository-error.ts";

type Child = ChildProcessByStdio<Writable, Readable, null>;
interface Waiting {
  readonly oid: string;
  resolve(bytes: Uint8Array): void;
  reject(error: Error): void;
}

/**
 * Reads git blobs through one `git cat-file --batch`, started at the first read: 30,000 blobs cost one
 * process instead of 30,000. Requests may overlap; git answers in the order they came.
 *
 * Node's own `spawn`, because loading execa costs 55 ms, as much as everything else that a plan of one
 * changed action does.
 */
export class BlobReader {
  readonly #folder: string;
  #child: Child | undefined;
  #closed: Promise<void> | undefined;
  #waiting: Waiting[] = [];
  #answered = 0;
  #chunks: Buffer[] = [];
  #received = 0;
  /** Bytes still needed before anything can be answered; saves joining chunks in vain. */
  #needed = 1;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The bytes of a blob, by its full id. Rejects with RepositoryError when git has no such blob. */
  read(oid: string): Promise<Uint8Array> {
    if (!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(oid))
      return Promise.reject(new RepositoryError("OBJECT_MISSING", "that is no id of a git object"));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ oid, resolve, reject });
      this.#started().stdin.write(`${oid}\n`);
    });
  }

  /** Ends git; idempotent. Reads that are under way reject. */
  async close(): Promise<void> {
    this.#child?.stdin.end();
    this.#child?.kill();
    await this.#closed;
  }

  #started(): Child {
    if (this.#child !== undefined) return this.#child;
    const config = gitConfig.flatMap((setting) => ["-c", setting]);
    const child = spawn("git", [...config, "cat-file", "--batch"], {
      cwd: this.#folder,
      env: gitEnvironment(process.env),
      stdio: ["pipe", "pipe", "ignore"],
      windowsHide: true,
    });
    this.#child = child;
    child.stdin.on("error", () => {}); // told by "close", which knows who was waiting
    child.stdout.on("data", (chunk: Buffer) => this.#receive(chunk));
    this.#closed = new Promise<void>((resolve) => {
      child.once("error", () => resolve());
      child.once("close", () => resolve());
    }).then(() => this.#ended());
    return child;
  }

  #ended(): void {
    const lost = this.#waiting.slice(this.#answered);
    this.#waiting = [];
    this.#answered = 0;
    this.#child = undefined;
    this.#chunks = [];
    this.#received = 0;
    this.#needed = 1;
    for (const { reject } of lost)
      reject(
        new RepositoryError("GIT_FAILED", "git ended before it had read every file; run git fsck to see why"),
      );
  }

  #receive(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#received += chunk.length;
    if (this.#received < this.#needed) return;
    let bytes = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks, this.#received);
    for (let used = this.#answer(bytes); used > 0; used = this.#answer(bytes)) bytes = bytes.subarray(used);
    this.#chunks = bytes.length === 0 ? [] : [bytes];
    this.#received = bytes.length;
  }

  /** Answers the first waiting read if it is there as a whole; how many bytes it took, 0 if it is not. */
  #answer(bytes: Buffer): number {
    const end = bytes.indexOf(10);
    this.#needed = bytes.length + 1;
    if (end < 0) return 0;
    const header = bytes.toString("latin1", 0, end);
    const found = /^[0-9a-f]+ blob (\d+)$/.exec(header);
    const other = found === null ? /^[0-9a-f]+ \w+ (\d+)$/.exec(header) : null;
    const size = Number((found ?? other)?.[1] ?? -1);
    const total = end + 1 + (size < 0 ? 0 : size + 1);
    if (bytes.length < total) {
      this.#needed = total;
      return 0;
    }
    const waiting = this.#waiting[this.#answered++];
    if (found !== null) waiting?.resolve(Uint8Array.prototype.slice.call(bytes, end + 1, end + 1 + size));
    else waiting?.reject(missing(waiting.oid));
    if (this.#answered === this.#waiting.length) {
      this.#waiting = [];
      this.#answered = 0;
    }
    return total;
  }
}

const missing = (oid: string): RepositoryError =>
  new RepositoryError(
    "OBJECT_MISSING",
    `this clone lacks the content of blob ${oid.slice(0, 12)} (a partial clone, or damage): run git fetch --refetch`,
  );
