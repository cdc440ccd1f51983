/* Runs the wire contract against a server: npm run contract -- --server URL [--organization NAME] [--only TEXT] */
import { parseArgs } from "node:util";
import { wireClient } from "./wire/client.ts";
import { openSuite, wireChecks } from "./wire/suite.ts";

const usage = `Usage: ROTA_TOKEN=... npm run contract -- --server URL [--organization NAME] [--only TEXT]

  --server URL          the server, up to its base path: http://127.0.0.1:5090
  --organization NAME   default
  --only TEXT           only checks whose name has this text

ROTA_TOKEN is an API token, or base64 of email:password, of an administrator. The checks make actions,
service accounts, roles and streams whose names start with contract_, and remove all but the streams.
`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      server: { type: "string" },
      organization: { type: "string", default: "default" },
      only: { type: "string", default: "" },
      help: { type: "boolean", default: false },
    },
  });
  const token = process.env.ROTA_TOKEN;
  if (values.help || values.server === undefined || token === undefined) {
    process.stderr.write(usage);
    return values.help ? 0 : 2;
  }
  const authorization = token.startsWith("rota_") ? `Bearer ${token}` : `Basic ${token}`;
  const server = values.server.replace(/\/+$/, "");
  const suite = await openSuite(wireClient(server, values.organization, authorization));
  process.stdout.write(
    `${server} is ${suite.rota ? "a Rota" : "no Rota: only OpenObserve's API is checked"}\n\n`,
  );
  const count = { passed: 0, failed: 0, skipped: 0 };
  try {
    for (const check of wireChecks) {
      if (!check.name.includes(values.only)) continue;
      if (!suite.applies(check)) count.skipped++;
      else {
        const problem = await suite.run(check).then(
          () => undefined,
          (error: Error) => error.message,
        );
        if (problem === undefined) count.passed++;
        else count.failed++;
        process.stdout.write(`${problem === undefined ? "pass" : "FAIL"}  ${check.name}\n`);
        if (problem !== undefined) process.stdout.write(`      ${problem.replaceAll("\n", "\n      ")}\n`);
      }
    }
  } finally {
    await suite.end();
  }
  process.stdout.write(`\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped\n`);
  return count.failed === 0 ? 0 : 1;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: Error) => {
    const { message: why } = (error.cause ?? error) as Error;
    process.stderr.write(`contract: ${why}\n`);
    process.exitCode = 2;
  },
);
