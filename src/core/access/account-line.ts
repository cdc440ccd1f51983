/** What declares a service account in rota.yaml, on one line: with the right to start actions, and no other. */
export const accountLine = (email: string, organization: string): string =>
  `serviceAccounts: { ${email}: { permissions: [{ object: "action_scripts:_all_${organization}", permission: AllowGet }] } }`;
