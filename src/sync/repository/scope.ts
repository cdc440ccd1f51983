/** The scope of a repository that has no remote, or none that names an owner and a repository. */
export const defaultScope = "default";

/**
 * The scope that a remote's URL names: `owner/repo`, with every group above it where there are more.
 * Understands `https://host/owner/repo.git`, `ssh://git@host:22/owner/repo` and
 * `git@host:owner/repo.git`. Only the path is looked at, so credentials in the URL are never seen.
 * undefined for a local path and for whatever names no owner.
 */
export function scopeOfRemote(url: string): string | undefined {
  const path =
    /^(?:https?|ssh|git):\/\/[^/]+\/(.+)$/.exec(url)?.[1] ??
    /^(?:[^/:@]+@)?[^/:@]{2,}:(?!\/\/)(.+)$/.exec(url)?.[1];
  const parts = path
    ?.split(/[?#]/, 1)[0]
    ?.replace(/\/+$/, "")
    .replace(/\.git$/, "")
    .split("/")
    .filter((part) => part !== "");
  if (parts === undefined || parts.length < 2) return undefined;
  const plain = parts.every((part) => /^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$/.test(part.replace(/^~/, "")));
  return plain ? parts.join("/") : undefined;
}

/** The remote that names the scope: `origin`, else the only one. `urls` by remote's name. */
export function scopeOfRemotes(urls: ReadonlyMap<string, string>): string {
  const url = urls.get("origin") ?? (urls.size === 1 ? [...urls.values()][0] : undefined);
  return (url === undefined ? undefined : scopeOfRemote(url)) ?? defaultScope;
}
