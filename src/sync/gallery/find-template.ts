import { nearest } from "../../core/nearest.ts";
import type { Template, TemplateGroup } from "./gallery.ts";

/**
 * The template of a title ("Service Restart", in any case) or of a folder's name ("service-restart"). A text is the
 * hint for when there is none.
 */
export function findTemplate(groups: readonly TemplateGroup[], asked: string): Template | string {
  const templates = groups.flatMap((group) => group.templates);
  const plain = asked.trim().toLowerCase();
  const found = templates.find(({ title, name }) => title.toLowerCase() === plain || name === plain);
  if (found !== undefined) return found;
  const titles = templates.map(({ title }) => title);
  const meant = nearest(asked, titles);
  return meant === undefined ? `There are: ${titles.join(", ")}` : `Did you mean "${meant}"?`;
}
