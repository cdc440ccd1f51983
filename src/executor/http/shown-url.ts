/** An address as people may read it: queries may hold what is secret, also those that a server redirects to. */
export const shownUrl = ({ origin, pathname, search }: URL): string =>
  `${origin}${pathname}${search === "" ? "" : "?…"}`;
