export { createServer, type Overrides, type Server } from "./compose.ts";
export { type LogLevel, logLevels, readSettings, type Settings, SettingsError } from "./settings.ts";
export { StartError } from "./start-error.ts";
