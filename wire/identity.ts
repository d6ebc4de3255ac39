import * as z from 'zod/mini';
import { limits } from './limits.ts';

export const Role = z.enum(['owner', 'admin', 'member', 'viewer']);
export type Role = z.infer<typeof Role>;

const Email = z.string().check(z.trim(), z.toLowerCase(), z.maxLength(limits.maxEmailLength), z.email());
const Password = z
  .string('Give a password.')
  .check(
    z.minLength(limits.minPasswordLength, `A password has at least ${limits.minPasswordLength} characters.`),
    z.maxLength(limits.maxPasswordLength, `A password has at most ${limits.maxPasswordLength} characters.`),
  );
const nameOfAtMost = (maxLength: number) =>
  z
    .string('Give a name.')
    .check(z.trim(), z.minLength(1, 'Give a name.'), z.maxLength(maxLength, `A name has at most ${maxLength} characters.`));
const PersonName = nameOfAtMost(limits.maxPersonNameLength);
const OrganizationName = nameOfAtMost(limits.maxOrganizationNameLength);
const ProjectName = nameOfAtMost(limits.maxProjectNameLength);
const TokenName = nameOfAtMost(limits.maxTokenNameLength);

export const Signup = z.object({ email: Email, password: Password, name: PersonName, organization: OrganizationName });
export type Signup = z.infer<typeof Signup>;
/** A login checks the password as given: its length rules belong to sign-up. */
export const Login = z.object({
  email: Email,
  password: z.string().check(z.minLength(1), z.maxLength(limits.maxPasswordLength)),
});
export type Login = z.infer<typeof Login>;

export const User = z.object({ id: z.string(), email: z.string(), name: z.string() });
export type User = z.infer<typeof User>;
/** An organization as its member sees it. */
export const Organization = z.object({ id: z.string(), name: z.string(), role: Role });
export type Organization = z.infer<typeof Organization>;
export const Project = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: z.string(),
});
export type Project = z.infer<typeof Project>;
export const NewProject = z.object({ name: ProjectName });
export type NewProject = z.infer<typeof NewProject>;
/** A project's name is all that can change of it, so a body without one is refused. The same holds for the two below. */
export const ProjectChange = z.object({ name: ProjectName });
export const OrganizationChange = z.object({ name: OrganizationName });
export const PersonChange = z.object({ name: PersonName });
/** Like a login, it checks the current password as given. */
export const PasswordChange = z.object({
  current: z
    .string('Give your current password.')
    .check(z.minLength(1, 'Give your current password.'), z.maxLength(limits.maxPasswordLength, 'That is not your password.')),
  password: Password,
});

export const Me = z.object({
  user: User,
  organizations: z.array(Organization),
  /** The organization that this request was answered for; null for a user without any. */
  organization: z.nullable(Organization),
});
export type Me = z.infer<typeof Me>;
export const SignupAnswer = z.object({ user: User, organization: Organization, project: Project });
export type SignupAnswer = z.infer<typeof SignupAnswer>;

export const NewToken = z.object({ name: TokenName });
/** `token` is shown this once; we keep nothing it could be rebuilt from. */
export const CreatedToken = z.object({ id: z.string(), token: z.string() });
export type CreatedToken = z.infer<typeof CreatedToken>;
export const TokenInfo = z.object({
  id: z.string(),
  name: z.string(),
  projectId: z.nullable(z.string()),
  userId: z.string(),
  createdAt: z.string(),
  revokedAt: z.nullable(z.string()),
});
export type TokenInfo = z.infer<typeof TokenInfo>;

export const Member = z.object({ user: User, role: Role, joinedAt: z.string() });
export type Member = z.infer<typeof Member>;
export const NewInvitation = z.object({ email: z.optional(Email), role: Role });
export const Invitation = z.object({
  id: z.string(),
  email: z.nullable(z.string()),
  role: Role,
  invitedBy: z.string(),
  createdAt: z.string(),
  expiresAt: z.string(),
});
export type Invitation = z.infer<typeof Invitation>;
/** The link is shown this once; its secret is stored hashed. */
export const CreatedInvitation = z.extend(Invitation, { link: z.string() });
export type CreatedInvitation = z.infer<typeof CreatedInvitation>;
/** What an invitation says to whoever holds the link. */
export const InvitationOffer = z.object({
  organization: z.string(),
  role: Role,
  email: z.nullable(z.string()),
  invitedBy: z.string(),
});
export type InvitationOffer = z.infer<typeof InvitationOffer>;
/** Accepting as a new user; a logged-in user accepts with an empty body. */
export const AcceptInvitation = z.object({
  email: z.optional(Email),
  password: z.optional(Password),
  name: z.optional(PersonName),
});
export const JoinAnswer = z.object({ user: User, organization: Organization });
export type JoinAnswer = z.infer<typeof JoinAnswer>;
/** A one-use link to a new password, shown this once. */
export const CreatedPasswordReset = z.object({ link: z.string(), expiresAt: z.string() });
export type CreatedPasswordReset = z.infer<typeof CreatedPasswordReset>;
export const NewOrganization = z.object({ name: OrganizationName });
export const RoleChange = z.object({ role: Role });
export const PasswordReset = z.object({ password: Password });
export const LivePass = z.object({ pass: z.string(), until: z.string() });
export type LivePass = z.infer<typeof LivePass>;
