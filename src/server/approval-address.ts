import type { ApprovalLinks } from "../access/index.ts";
import { refuseVote } from "../core/approval/refuse-vote.ts";
import type { RunsParts } from "../runs/index.ts";
import type { Store } from "../store/index.ts";
import { voterByEmail } from "./runs/voter.ts";

/** Makes the addresses of signed links: one for each person who may answer now, none for anybody else. */
export const approvalAddress =
  (
    store: Pick<Store, "access">,
    links: ApprovalLinks,
    publicUrl: string | undefined,
  ): RunsParts["approvalLink"] =>
  async (run, written) => {
    const { organization, approval } = run;
    if (approval === undefined || publicUrl === undefined) return undefined;
    const email = written.toLowerCase();
    const voter = await voterByEmail(store.access, { organization, email, address: undefined }, run);
    if (voter === undefined || refuseVote(run, voter, undefined) !== undefined) return undefined;
    const { round, expiresAt: expires } = approval;
    return `${publicUrl}/approvals/${links.mint({ organization, run: run.id, email, round, expires })}`;
  };
