import { describe, expect, it } from "vitest";
import { ok } from "../../contract/wire/world.ts";
import { withActions } from "../with-actions.ts";

interface Listed {
  readonly name: string;
  readonly starred: boolean;
}

describe("favourites", () => {
  it("L1, L2: are marked and listed by each person alone, on the server, and survive an edit", async () => {
    const { upload, request, get, address } = await withActions();
    const [one, two] = [await upload("one"), await upload("two")];
    ok(await request("PUT", `actions/${one}/star`));
    ok(await request("PUT", "actions/one/star"));
    const starred = async () => (await get<Listed[]>("actions?starred=true")).map(({ name }) => name);
    expect(await starred()).toEqual(["one"]);
    // Made in one second, they may stand in either order.
    const all = (await get<Listed[]>("actions")).toSorted((a, b) => a.name.localeCompare(b.name));
    expect(all).toMatchObject([
      { name: "one", starred: true },
      { name: "two", starred: false },
    ]);
    await upload("one", { description: "edited" }, undefined, one);
    expect(await starred()).toEqual(["one"]);

    const made = await request("POST", "service_accounts", { json: { email: "other@example.com" } });
    const { token } = made.json as { token: string };
    await request("POST", "roles", { json: { role: "reader" } });
    const reading = [
      { object: "action_scripts:_all_default", permission: "AllowList" },
      { object: `action_scripts:${two}`, permission: "AllowGet" },
    ];
    const json = { add: reading, remove: [], add_users: ["other@example.com"], remove_users: [] };
    ok(await request("PUT", "roles/reader", { json }));
    const authorization = `Basic ${Buffer.from(`other@example.com:${token}`).toString("base64")}`;
    const asOther = (method: string, path: string) =>
      fetch(`${address}/api/default/${path}`, { method, headers: { authorization } });
    // Needs only Get on the action.
    expect((await asOther("PUT", `actions/${two}/star`)).status).toBe(200);
    expect((await asOther("PUT", `actions/${one}/star`)).status).toBe(403);
    expect(await (await asOther("GET", "actions?starred=true")).json()).toMatchObject([{ name: "two" }]);
    expect(await starred()).toEqual(["one"]);

    // End with the person: a namesake made later inherits nothing.
    ok(await request("DELETE", "service_accounts/other@example.com"));
    const again = await request("POST", "service_accounts", { json: { email: "other@example.com" } });
    const next = (again.json as { token: string }).token;
    ok(await request("PUT", "roles/reader", { json: { ...json, add: [] } }));
    const list = await fetch(`${address}/api/default/actions?starred=true`, {
      headers: { authorization: `Basic ${Buffer.from(`other@example.com:${next}`).toString("base64")}` },
    });
    expect(await list.json()).toEqual([]);

    // End with the action.
    ok(await request("DELETE", `actions/${one}`));
    expect(await starred()).toEqual([]);
    await upload("one");
    expect(await starred()).toEqual([]);
    expect((await request("PUT", "actions/nothing/star")).status).toBe(404);
  });

  it("L1: are marked and listed on the command line", async () => {
    const { upload, rota } = await withActions();
    await upload("one");
    await upload("two");
    expect(await rota("star", "one")).toMatchObject({
      code: 0,
      out: expect.stringContaining("one is a favourite of yours"),
    });
    expect((await rota("list", "--starred")).out).toMatch(/^NAME.*\none ★ .*\n$/);
    expect((await rota("unstar", "one")).code).toBe(0);
    expect((await rota("list", "--starred")).out).toContain(
      "None of your favourites is like that: `rota star NAME` marks one",
    );
  }, 60_000);
});
