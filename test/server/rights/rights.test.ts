import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { builtInRoles } from "../../../src/core/access/built-in-roles.ts";
import { openRoutes } from "../../../src/server/app/open-routes.ts";
import { routesOf } from "../app-routes.ts";
import { documentedRoles } from "./documented-roles.ts";
import { type Rights, startWithEverybody } from "./logins.ts";
import { type Entry, table } from "./table.ts";
import { anybody, byLogin, documented, everybody, type Who } from "./who.ts";
import { makeWorlds, type World } from "./world.ts";

let rights: Rights;
let web: (own: string) => World;

beforeAll(async () => {
  rights = await startWithEverybody();
  web = makeWorlds(rights, "web");
}, 120_000);
afterAll(() => rights?.stop());

const mayDo = (who: Who, { needs, whole }: Entry): boolean =>
  who.may.includes(needs) && !(who.web === true && whole === true);

/** What everybody is answered on a route: each as a line where it is not what the page says. */
async function wrongAnswers(route: string, entry: Entry, worlds: (own: string) => World, mayNot = false) {
  const method = route.slice(0, route.indexOf(" "));
  const wrong: string[] = [];
  for (const [name, who] of Object.entries(everybody)) {
    const login = rights.logins[name];
    if (login === undefined) throw new Error(`${name} has no login in logins.ts`);
    if (mayNot && who.web !== true) continue;
    const world = worlds(login.own);
    const { status, text } = await login.send(method, await entry.ask(world));
    const allowed = !mayNot && mayDo(who, entry);
    const good = allowed
      ? status >= 200 && status < 300
      : status === who.refusal || (entry.hides === true && status === 404);
    if (!good) wrong.push(`${name} ${allowed ? "may" : "may not"}, and got ${status} ${text.slice(0, 200)}`);
    if (status < 300 && entry.usesUp !== undefined) world.useUp(entry.usesUp);
  }
  return wrong;
}

describe("M5: rights", () => {
  it("are the documented ones: the page names the roles that there are", () => {
    expect(documentedRoles().roles.toSorted()).toEqual(builtInRoles.map(({ name }) => name).toSorted());
  });

  it("are said for every route, and for no other", () => {
    const closed = routesOf(rights.started.server.app).filter((route) => !openRoutes.has(route));
    expect(
      closed.filter((route) => table[route] === undefined),
      "routes that nobody said who may use: add an entry for each to test/server/rights/table.ts, with the line of docs/security/people-and-roles.md that it needs and a request that succeeds",
    ).toEqual([]);
    expect(Object.keys(table).filter((route) => !closed.includes(route))).toEqual([]);
    const known = [...documented, anybody, byLogin];
    for (const [route, { needs }] of Object.entries(table))
      expect(known, `${route} needs ${needs}`).toContain(needs);
  });

  describe("on every route, for everybody:", () => {
    for (const [route, entry] of Object.entries(table))
      it(route, async () => expect(await wrongAnswers(route, entry, web)).toEqual([]), 60_000);
  });

  describe("by a pattern of names reach no action of another name:", () => {
    for (const [route, entry] of Object.entries(table))
      if (entry.ofAction === true)
        it(route, async () => {
          const db = makeWorlds(rights, "db");
          expect(await wrongAnswers(route, entry, db, true)).toEqual([]);
        }, 60_000);
  });
});
