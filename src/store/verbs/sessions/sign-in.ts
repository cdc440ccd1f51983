import type { Kysely } from "kysely";
import type {
  NewSession,
  ProvenPerson,
  Session,
  SignedIn,
  SignInRefusal,
} from "../../../access/ports/sessions.ts";
import type { AuditEntry, Identity } from "../../../access/ports.ts";
import type { Database } from "../../tables/database.ts";
import { identify } from "../access/identify.ts";
import { toIdentityRow } from "../access/identity-row.ts";
import { giveRoles } from "./give-roles.ts";
import { start } from "./start.ts";

type Opened = Omit<NewSession, "session"> & { readonly session: Omit<Session, "email" | "organization"> };

/**
 * Makes or renews the person whom a provider vouches for and signs them in. Who somebody is, is the provider's
 * subject; the e-mail only names a person that is made now. It is linked to a person who is there already when that
 * one was made for another provider before, never to one with a password, nor to one of another subject.
 */
export async function signIn(
  db: Kysely<Database>,
  {
    person,
    session: opened,
    audit,
  }: {
    person: ProvenPerson;
    session: Opened;
    audit: Omit<AuditEntry, "actor" | "object">;
  },
): Promise<SignedIn> {
  const { organization } = person;
  const found = await findPerson(db, person);
  if ("refused" in found) return found;
  const { email } = found;
  if (found.isNew)
    await db
      .insertInto("identities")
      .values(toIdentityRow(newPerson(person, audit.at)))
      .execute();
  else
    await db
      .updateTable("identities")
      .set({ first_name: person.firstName, last_name: person.lastName })
      .where("organization", "=", organization)
      .where("email", "=", email)
      .execute();
  const { held, missing } = await giveRoles(db, { organization, email }, person.roles, found.roles);
  await db
    .replaceInto("oidc_people")
    .values({
      organization,
      email,
      issuer: person.issuer,
      subject: person.subject,
      roles: JSON.stringify(held),
    })
    .execute();
  const session: Session = { ...opened.session, organization, email };
  await start(db, { ...opened, session, audit: { ...audit, actor: email, object: `user:${email}` } });
  return { session, missingRoles: missing };
}

type Found =
  | { readonly refused: SignInRefusal }
  | { readonly email: string; readonly isNew: boolean; readonly roles: readonly string[] };

async function findPerson(db: Kysely<Database>, person: ProvenPerson): Promise<Found> {
  const { organization, issuer, subject, email } = person;
  const links = db.selectFrom("oidc_people").selectAll().where("organization", "=", organization);
  const linked = await links.where("issuer", "=", issuer).where("subject", "=", subject).executeTakeFirst();
  if (linked !== undefined) {
    const known = await identify(db, { organization, email: linked.email });
    if (known?.identity.kind === "root") return { refused: "root" };
    if (known?.identity.kind === "user")
      return { email: linked.email, isNew: false, roles: JSON.parse(linked.roles) as string[] };
    await db
      .deleteFrom("oidc_people")
      .where("organization", "=", organization)
      .where("email", "=", linked.email)
      .execute();
  }
  const known = await identify(db, { organization, email });
  const link = await links.where("email", "=", email).executeTakeFirst();
  if (known?.identity.kind === "root") return { refused: "root" };
  if (known === undefined) return { email, isNew: true, roles: [] };
  if (link === undefined || known.identity.kind !== "user") return { refused: "not-of-provider" };
  if (link.issuer === issuer) return { refused: "other-account" };
  return { email, isNew: false, roles: JSON.parse(link.roles) as string[] };
}

const newPerson = (person: ProvenPerson, createdAt: number): Identity => ({
  organization: person.organization,
  email: person.email,
  kind: "user",
  admin: false,
  firstName: person.firstName,
  lastName: person.lastName,
  secretHash: person.secretHash,
  hint: undefined,
  permissions: [],
  managedBy: undefined,
  createdAt,
  revision: 1,
});
