import { rotaServer } from "../../src/sync/index.ts";
import { syncTargetContract } from "../contract/sync-target.ts";
import { openServer } from "./open-server.ts";

syncTargetContract("a real server", async () => {
  const { address, token, close } = await openServer();
  return { server: rotaServer({ address, token, organization: "default" }), close };
});
