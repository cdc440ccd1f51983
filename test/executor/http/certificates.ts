import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** PEM. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "own.key"];

/** An authority of our own, made by `openssl`. */
export function makeAuthority(): Certificate {
  const subject = ["-subj", "/CN=Rota tests", "-days", "2"];
  return withOpenssl({}, [["req", "-x509", ...newKey, "-out", "own.pem", ...subject]]);
}

/** A certificate that an authority signed. `names` as openssl writes them: "DNS:a.test,IP:127.0.0.1". */
export function sign(authority: Certificate, names: string): Certificate {
  const files = { "ca.pem": authority.cert, "ca.key": authority.key, names: `subjectAltName=${names}\n` };
  return withOpenssl(files, [
    ["req", ...newKey, "-out", "own.csr", "-subj", "/CN=own"],
    [
      ...["x509", "-req", "-in", "own.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"],
      ...["-out", "own.pem", "-days", "2", "-extfile", "names"],
    ],
  ]);
}

function withOpenssl(files: Readonly<Record<string, string>>, calls: readonly string[][]): Certificate {
  const folder = mkdtempSync(join(tmpdir(), "rota-certificates-"));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    for (const words of calls) execFileSync("openssl", words, { cwd: folder, stdio: "pipe" });
    const read = (name: string) => readFileSync(join(folder, name), "utf8");
    return { key: read("own.key"), cert: read("own.pem") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
