export { refuseTakenPort } from "./app/listen-on.ts";
export { createServer, type Overrides, type Server } from "./compose.ts";
export { readSettings, SettingsError } from "./settings.ts";
export { StartError } from "./start-error.ts";
