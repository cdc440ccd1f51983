import type { RunApproval } from "../approval/run-approval.ts";

/** Who has to agree to a run, and who has, as the API writes it. */
export const approvalJson = (approval: RunApproval) => ({
  state: approval.state,
  approvers: approval.approvers,
  quorum: approval.quorum,
  votes: approval.votes.map(({ by, at, comment }) => ({ by, at, comment: comment ?? null })),
  expires_at: approval.expiresAt,
  on_expiry: approval.onExpiry,
  not_before: approval.notBefore ?? null,
  round: approval.round,
  providers: approval.pins.providers,
  actions: approval.pins.actions,
});
