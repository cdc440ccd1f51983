/**
 * A TCP proxy that reads where to send its connections from a configuration file, at its start and on SIGHUP, as
 * nginx does. Run with: FOLDER/active (the configuration: a port), FOLDER/proxy.pid; prints its own port.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { join } from "node:path";

const folder = process.argv[2] as string;
const read = (): number => Number(readFileSync(join(folder, "active"), "utf8"));
let target = read();

process.on("SIGHUP", () => {
  const wanted = read();
  // What it cannot understand it does not take, and goes on as before.
  if (Number.isInteger(wanted)) target = wanted;
});

const server = createServer((client) => {
  const behind = connect(target, "127.0.0.1");
  client.on("error", () => behind.destroy());
  behind.on("error", () => client.destroy());
  client.pipe(behind).pipe(client);
});
server.listen(0, "127.0.0.1", () => {
  writeFileSync(join(folder, "proxy.pid"), `${process.pid}\n`);
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
