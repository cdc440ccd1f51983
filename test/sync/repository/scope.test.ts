import { describe, expect, it, onTestFinished } from "vitest";
import { openRepository } from "../../../src/sync/repository/open-repository.ts";
import { scopeOfRemote } from "../../../src/sync/repository/scope.ts";
import { git, testRepository } from "./test-repository.ts";

describe("the scope that a remote names", () => {
  it.each([
    ["https://github.com/owner/repo.git", "owner/repo"],
    ["https://github.com/owner/repo/", "owner/repo"],
    ["https://ada:ghp_secret@github.com/owner/repo", "owner/repo"],
    ["http://localhost:3000/owner/repo.git", "owner/repo"],
    ["git@github.com:owner/repo.git", "owner/repo"],
    ["github.com:owner/my.repo", "owner/my.repo"],
    ["ssh://git@host.example.com:2222/group/sub/repo.git", "group/sub/repo"],
    ["git://host/owner/repo", "owner/repo"],
    ["gh:owner/repo", "owner/repo"],
  ])("%s is %s", (url, scope) => {
    expect(scopeOfRemote(url)).toBe(scope);
  });

  it.each([
    "/srv/git/repo.git",
    "../other",
    "file:///srv/owner/repo",
    "C:/work/owner/repo",
    "https://host/repo",
    "https://host/",
    "git@host:repo.git",
    "https://host/own er/repo",
    "https://host/owner/re\npo",
    "https://host/../repo",
    "https://host/-x/repo",
    "ext::sh -c evil",
    "",
  ])("%j names none", (url) => {
    expect(scopeOfRemote(url)).toBeUndefined();
  });

  it("is that of origin, else of the only remote, and never shows credentials", async () => {
    const folder = testRepository({ "actions/a/main.py": "" });
    const scope = async () => {
      const repository = await openRepository(folder);
      onTestFinished(() => repository.close());
      return repository.scope;
    };
    expect(await scope()).toBe("default");
    git(folder, "remote", "add", "upstream", "https://ada:token@host/team/ops.git");
    expect(await scope()).toBe("team/ops");
    git(folder, "remote", "add", "fork", "https://host/me/ops.git");
    expect(await scope()).toBe("default");
    git(folder, "remote", "add", "origin", "git@host:our/ops.git");
    expect(await scope()).toBe("our/ops");
  });
});
