import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { Repository, serve, temporary } from "./product.ts";

const project = `scope: e2e
serviceAccounts:
  greeter@example.com:
    permissions: [{ object: "action_scripts:_all_default", permission: AllowGet }]
environments:
  test: { server: "http://127.0.0.1:5090" }
`;
const manifest = `type: scheduled
schedule: { cron: "0 6 * * *" }
serviceAccount: greeter@example.com
`;

interface LiveAction {
  readonly id: string;
  readonly digest: string;
  readonly code_digest: string;
  readonly version: number;
}

it("git revert and apply bring the earlier digest back, and the run after it runs the earlier code", async () => {
  const server = await serve(temporary());
  const repository = new Repository(() => server);
  mkdirSync(join(repository.folder, "actions/greeting"), { recursive: true });
  repository.write("rota.yaml", project);
  repository.write("actions/greeting/action.yaml", manifest);
  repository.write("actions/greeting/main.py", 'def main():\n    print("first words")\n');
  repository.commit("Greet");
  // What a run prints is its log, on standard error: standard output is for results.
  const greeting = async () => (await repository.rota("run", "greeting")).err;
  const live = async () => (await server.call<LiveAction[]>("GET", "/api/default/actions"))[0]!;

  expect((await repository.rota("apply", "--yes")).code).toBe(0);
  const first = await live();
  expect(await greeting()).toContain("first words");

  repository.write("actions/greeting/main.py", 'def main():\n    print("second words")\n');
  expect((await repository.rota("apply", "--yes")).code).toBe(2); // not committed
  repository.commit("Say something else");
  const planned = await repository.rota("plan", "--detailed-exitcode");
  expect(planned.code).toBe(10);
  expect((await repository.rota("apply", "--yes")).code).toBe(0);
  const second = await live();
  expect(second.digest).not.toBe(first.digest);
  expect(await greeting()).toContain("second words");

  repository.git("revert", "--no-edit", "HEAD");
  expect((await repository.rota("apply", "--yes")).code).toBe(0);
  const third = await live();
  expect([third.id, third.digest, third.code_digest]).toEqual([first.id, first.digest, first.code_digest]);
  expect(third.version).toBe(3);
  expect(await greeting()).toContain("first words");
  expect((await repository.rota("plan", "--detailed-exitcode")).code).toBe(0);
});
