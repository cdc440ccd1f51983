import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { Repository, type ServerProcess, serve, serveBriefly, temporary } from "./product.ts";

it("another secret key opens what the one before sealed, however often the change is killed; the old one nothing", async () => {
  const data = join(temporary(), "data");
  let server: ServerProcess = await serve(data);
  const repository = new Repository(() => server);
  mkdirSync(join(repository.folder, "actions/reads"), { recursive: true });
  repository.write(
    "rota.yaml",
    'serviceAccounts: { "a@example.com": { permissions: [{ object: "action_scripts:_all_default", permission: AllowGet }] } }\n',
  );
  repository.write(
    "actions/reads/action.yaml",
    'type: scheduled\nschedule: { cron: "0 6 1 1 *" }\nserviceAccount: a@example.com\nenv: { A: { secret: a_secret } }\n',
  );
  repository.write(
    "actions/reads/main.py",
    "import hashlib, os\ndef main():\n    print(hashlib.sha256(os.environ['A'].encode()).hexdigest())\n",
  );
  repository.commit("Begin");
  expect((await repository.rota("apply", "--yes")).code).toBe(0);
  for (let number = 0; number < 50; number++)
    await server.call("PUT", `/api/default/secrets/filler_${number}`, {
      value: randomBytes(3000).toString("hex"),
    });
  await server.call("PUT", "/api/default/secrets/a_secret", { value: "known to this test" });
  const digest = "565ba5c827a5973a44ed396984291adf39df15baa5af8dbcfa739e7ccbe7e1c7";
  const reads = async () => expect((await repository.rota("run", "reads")).err).toContain(digest);
  await reads();
  await server.kill();

  const first = readFileSync(join(data, "secret.key"), "utf8").trim();
  const [second, third] = [randomBytes(32).toString("hex"), randomBytes(32).toString("base64")];
  const settings = { ROTA_SECRET_KEY: second, ROTA_OLD_SECRET_KEYS: first };
  for (const after of [300, 600, 900, 1300, 1800, 2500]) await serveBriefly(data, settings, after);
  server = await serve(data, settings);
  await reads();
  await server.kill();
  await expect(serve(data)).rejects.toThrow(/not the one that .* was made with.*ROTA_OLD_SECRET_KEYS/);
  server = await serve(data, { ROTA_SECRET_KEY: second });
  await reads();
  await server.kill();
  server = await serve(data, { ROTA_SECRET_KEY: third, ROTA_OLD_SECRET_KEYS: `${first},${second}` });
  await reads();
  expect(server.said()).toContain("The secret key was changed: 51 stored values were sealed anew");
}, 600_000);
