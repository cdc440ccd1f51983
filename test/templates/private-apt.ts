import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { emptyFolder } from "./world.ts";

/**
 * An apt of its own: a root with a package of version 1, and an archive that has version 2. Root only, as dpkg wants
 * it. `config` is for the variable APT_CONFIG.
 */
export function privateApt() {
  const folder = emptyFolder();
  const at = (path: string) => join(folder, path);
  for (const path of ["root/var/lib/dpkg/updates", "root/var/lib/dpkg/info", "state/lists/partial"])
    mkdirSync(at(path), { recursive: true });
  for (const path of ["cache/archives/partial", "etc/preferences.d", "log", "archive"])
    mkdirSync(at(path), { recursive: true });
  writeFileSync(at("root/var/lib/dpkg/status"), "");
  const [first, second] = ["1", "2"].map((version) => {
    mkdirSync(at(`package-${version}/DEBIAN`), { recursive: true });
    writeFileSync(
      at(`package-${version}/DEBIAN/control`),
      `Package: rota-demo\nVersion: ${version}\nArchitecture: all\nMaintainer: t <t@example.com>\nDescription: demo\n`,
    );
    const file = at(`archive/demo_${version}.deb`);
    execFileSync("dpkg-deb", ["--root-owner-group", "-b", at(`package-${version}`), file]);
    return file;
  });
  const bytes = readFileSync(second!);
  const control = execFileSync("dpkg-deb", ["-f", second!], { encoding: "utf8" });
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  writeFileSync(
    at("archive/Packages"),
    `${control}Filename: ./demo_2.deb\nSize: ${bytes.length}\nSHA256: ${sha256}\n`,
  );
  writeFileSync(at("etc/sources.list"), `deb [trusted=yes] file:${at("archive")} ./\n`);
  const config = at("apt.conf");
  writeFileSync(
    config,
    `Dir::State "${at("state")}";
Dir::State::status "${at("root/var/lib/dpkg/status")}";
Dir::Cache "${at("cache")}";
Dir::Etc "${at("etc")}";
Dir::Log "${at("log")}";
APT::Sandbox::User "root";
DPkg::Options { "--root=${at("root")}"; "--log=${at("log/dpkg.log")}"; };
`,
  );
  execFileSync("dpkg", [`--root=${at("root")}`, `--log=${at("log/dpkg.log")}`, "-i", first!], {
    stdio: "pipe",
  });
  return {
    config,
    installed: () => /^Version: (.*)$/m.exec(readFileSync(at("root/var/lib/dpkg/status"), "utf8"))?.[1],
  };
}
