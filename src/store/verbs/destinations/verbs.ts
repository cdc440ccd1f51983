import {
  createDestination,
  findDestination,
  listDestinations,
  removeDestination,
  updateDestination,
} from "./destinations.ts";
import { createTemplate, findTemplate, listTemplates, removeTemplate, updateTemplate } from "./templates.ts";

/** The verbs of destinations by name: `store.area("destinations")` is a DestinationStore. */
export const destinationVerbs = {
  listDestinations,
  findDestination,
  createDestination,
  updateDestination,
  removeDestination,
  listTemplates,
  findTemplate,
  createTemplate,
  updateTemplate,
  removeTemplate,
} as const;
