import type { Project } from "../../core/action/parse-project.ts";
import type { DeclaredAlert } from "../../core/alert/declared-alert.ts";

/** The alerts that rota.yaml declares, by name. They are no items: the record of an apply carries them. */
export const declaredAlerts = ({ alerts }: Project): readonly DeclaredAlert[] =>
  Object.entries(alerts)
    .map(([name, alert]) => ({ name, ...alert }))
    .sort((left, right) => (left.name < right.name ? -1 : 1));
