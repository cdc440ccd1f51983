import { describe, expect, it } from "vitest";
import { withActions } from "../server/with-actions.ts";

type Listed = readonly { name: string; category: string | null; tags: string[]; owner: string | null }[];
const names = (list: Listed) => list.map(({ name }) => name).toSorted();

async function world() {
  const made = await withActions();
  await made.upload("disk_check", {
    category: "Diagnostics",
    tags: ["disk", "Linux"],
    owner: "team storage",
  });
  await made.upload("disk_cleanup", { category: "Maintenance", tags: ["disk"], description: "Frees space" });
  await made.upload("invoices", { category: "Billing" });
  await made.upload("bare");
  return made;
}

describe("rota list", () => {
  it("K2: filters by category, tag, type and words, in the API and on the command line", async () => {
    const { get, rota, request } = await world();
    const found = async (query: string) => names(await get<Listed>(`actions?${query}`));
    expect(await found("")).toEqual(["bare", "disk_check", "disk_cleanup", "invoices"]);
    expect(await found("category=Diagnostics")).toEqual(["disk_check"]);
    expect(await found("category=billing")).toEqual(["invoices"]);
    expect(await found("tag=DISK")).toEqual(["disk_check", "disk_cleanup"]);
    expect(await found("tag=disk&search=space%20FREES")).toEqual(["disk_cleanup"]);
    expect(await found("search=linux")).toEqual(["disk_check"]);
    expect(await found("type=runbook")).toEqual([]);
    expect(await found("name=disk_check&category=Billing")).toEqual([]);
    expect((await request("GET", "actions?type=cron")).status).toBe(400);
    expect((await get<Listed>("actions?search=linux"))[0]).toMatchObject({
      category: "Diagnostics",
      tags: ["disk", "Linux"],
      owner: "team storage",
    });

    const listed = await rota("list", "--tag", "disk", "--search", "check", "--type", "scheduled");
    expect(listed.out).toMatch(
      /OWNER +CATEGORY +TAGS +ID\ndisk_check .* Diagnostics +disk, Linux +\w{27}\n$/,
    );
    expect((await rota("list", "--category", "none")).out).toContain("No action is like that.");
    expect(await rota("list", "--type", "cron")).toMatchObject({ code: 2, out: "" });
  });

  it("K3 K4: lists standard and own categories with the number of their actions, as they are now", async () => {
    const { get, rota, upload, request } = await world();
    const { out } = await rota("list", "--categories");
    expect(out.split("\n").map((line) => line.replace(/ +/g, " "))).toEqual([
      "CATEGORY ACTIONS KIND",
      "Maintenance 1 standard",
      "Recovery 0 standard",
      "Diagnostics 1 standard",
      "Security 0 standard",
      "Custom 0 standard",
      "Billing 1 own",
      "(none) 1",
      "",
    ]);
    const [invoices] = await get<{ id: string; name: string }[]>("actions?name=invoices");
    await upload("invoices", { category: "Security" }, undefined, invoices?.id);
    const [bare] = await get<{ id: string }[]>("actions?name=bare");
    await request("DELETE", `actions/${bare?.id}`);
    const answer = JSON.parse((await rota("list", "--categories", "--format", "json")).out);
    expect(answer.items.at(-1)).toEqual({ name: "Custom", standard: true, actions: 0 });
    expect(answer.items[3]).toEqual({ name: "Security", standard: true, actions: 1 });
    expect(answer.without).toBe(0);
    // Only whoever may list actions learns what there is.
    const { status } = await request("GET", "categories", { authorization: null });
    expect(status).toBe(401);
  });
});
