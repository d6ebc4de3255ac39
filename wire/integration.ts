import * as z from 'zod/mini';
import { limits } from './limits.ts';

/** Which services send us their events. */
export const IntegrationKind = z.enum(['github', 'gitlab']);
export type IntegrationKind = z.infer<typeof IntegrationKind>;

/** A pull or merge request was opened; a comment spoke to us; a label was set; a workflow run or pipeline failed. */
export const TriggerKind = z.enum(['opened', 'comment', 'label', 'failed']);
export type TriggerKind = z.infer<typeof TriggerKind>;

/** What one kind of event starts. */
export const Trigger = z.object({
  on: TriggerKind,
  /** With `label`: which one; case does not matter. */
  label: z.optional(
    z.string().check(z.trim(), z.minLength(1, 'Name the label.'), z.maxLength(limits.maxNameLength, 'A label is shorter.')),
  ),
  /** What the session is to do; `{{…}}` stands for a fact of the event. Without it, ours for this kind of event. */
  template: z.optional(
    z
      .string('A template is text.')
      .check(z.trim(), z.maxLength(limits.maxTemplateLength, `A template has at most ${limits.maxTemplateLength} characters.`)),
  ),
});
export type Trigger = z.infer<typeof Trigger>;

/** Whose events start sessions. `members`: people who may write to the repository as far as the event tells. */
export const TrustedPeople = z.object({
  who: z._default(z.enum(['members', 'anyone']), 'members'),
  /** Names at the service that are trusted besides. */
  names: z._default(
    z
      .array(
        z
          .string()
          .check(
            z.trim(),
            z.minLength(1, 'Name the person, or leave them out.'),
            z.maxLength(limits.maxNameLength, `Nobody’s name is longer than ${limits.maxNameLength} characters.`),
          ),
      )
      .check(z.maxLength(limits.maxTrustedPeople, `List at most ${limits.maxTrustedPeople} people.`)),
    [],
  ),
});
export type TrustedPeople = z.infer<typeof TrustedPeople>;

const Name = z
  .string('Give the integration a name.')
  .check(
    z.trim(),
    z.minLength(1, 'Give the integration a name.'),
    z.maxLength(limits.maxIntegrationNameLength, `A name has at most ${limits.maxIntegrationNameLength} characters.`),
  );
const ProjectId = z
  .string('Say which project its sessions belong to.')
  .check(z.minLength(1), z.maxLength(limits.maxExternalIdLength));
const Agent = z
  .string()
  .check(
    z.regex(/^[a-z0-9][a-z0-9._-]*$/, 'An agent is named in lower case, such as claude-code.'),
    z.maxLength(limits.maxNameLength),
  );
const Triggers = z.array(Trigger).check(
  z.maxLength(limits.maxTriggersPerIntegration, `An integration has at most ${limits.maxTriggersPerIntegration} triggers.`),
  z.refine((triggers) => triggers.every(({ on, label }) => (on === 'label') === (label !== undefined)), {
    message: 'A trigger on a label names it, and no other does.',
  }),
);
const Secret = z
  .string()
  .check(
    z.trim(),
    z.minLength(limits.minWebhookSecretLength, `A secret has at least ${limits.minWebhookSecretLength} characters.`),
    z.maxLength(limits.maxWebhookSecretLength, `A secret has at most ${limits.maxWebhookSecretLength} characters.`),
  );
const AccessToken = z
  .string()
  .check(z.trim(), z.minLength(1, 'Paste the token, or leave it out.'), z.maxLength(limits.maxAccessTokenLength));
const ApiUrl = z
  .string()
  .check(
    z.trim(),
    z.maxLength(limits.maxFactLength),
    z.regex(/^https:\/\/[^\s/?#@]+(\/[^\s?#@]*)?$/, 'Give the address as https://… without a question mark.'),
  );

/** An account of GitHub's where this deployment's App is installed. */
export const Installed = z.object({
  id: z.int(),
  account: z.string(),
  /** Whether it was taken away over there: nothing comes any more, and nothing can be said. */
  isGone: z.boolean(),
});
export type Installed = z.infer<typeof Installed>;

/** A repository, group or organization elsewhere whose events come to us. Its secrets are never answered. */
export const Integration = z.object({
  id: z.string(),
  kind: IntegrationKind,
  name: z.string(),
  projectId: z.string(),
  agent: z.string(),
  triggers: z.array(Trigger),
  people: TrustedPeople,
  /** The path that the service sends its events to. */
  webhookPath: z.string(),
  /** Where the service's API is, of one that people host themselves; null for the public one. */
  apiUrl: z.nullable(z.string()),
  /** Whether we can comment there. */
  hasAccessToken: z.boolean(),
  /** Where its events come through the deployment's GitHub App; null where a webhook of its own sends them. */
  installation: z.nullable(Installed),
  isPaused: z.boolean(),
  createdAt: z.string(),
  createdBy: z.string(),
  /** The last time that the service proved to know the secret; null where it never did. */
  lastReceivedAt: z.nullable(z.string()),
  lastEvent: z.nullable(z.string()),
});
export type Integration = z.infer<typeof Integration>;

/** Body of `POST /api/integrations`. */
export const NewIntegration = z.object({
  kind: IntegrationKind,
  name: Name,
  projectId: ProjectId,
  agent: z._default(Agent, 'claude-code'),
  triggers: z._default(Triggers, [{ on: 'comment' }]),
  people: z._default(TrustedPeople, { who: 'members', names: [] }),
  apiUrl: z.optional(z.nullable(ApiUrl)),
  /** Lets us comment on pull and merge requests. */
  accessToken: z.optional(AccessToken),
  /** GitLab makes signing tokens itself; without one we make the secret. */
  secret: z.optional(Secret),
});
export type NewIntegration = z.infer<typeof NewIntegration>;

/** Body of `PATCH /api/integrations/:id`; null takes an access token away. */
export const IntegrationPatch = z.object({
  name: z.optional(Name),
  projectId: z.optional(ProjectId),
  agent: z.optional(Agent),
  triggers: z.optional(Triggers),
  people: z.optional(TrustedPeople),
  apiUrl: z.optional(z.nullable(ApiUrl)),
  accessToken: z.optional(z.nullable(AccessToken)),
  secret: z.optional(Secret),
  isPaused: z.optional(z.boolean()),
});
export type IntegrationPatch = z.infer<typeof IntegrationPatch>;

/** The secret is shown this once. */
export const CreatedIntegration = z.extend(Integration, { secret: z.string() });
export type CreatedIntegration = z.infer<typeof CreatedIntegration>;

/** Answer of `GET /api/github-app`: where to install it; null where this deployment has no App. */
export const GitHubAppDoor = z.object({
  installUrl: z.nullable(z.string()),
  /** The variables that an App which is only half set up lacks. */
  missing: z.array(z.string()),
});
export type GitHubAppDoor = z.infer<typeof GitHubAppDoor>;

const HandedBack = z.string('GitHub hands this back.').check(z.minLength(1), z.maxLength(limits.maxAccessTokenLength));

/** Body of `POST /api/github-app/installations`: what GitHub handed back, and what the installation's events start. */
export const NewInstallation = z.object({
  state: HandedBack,
  code: HandedBack,
  installationId: z.int('Give the number of the installation.').check(z.positive()),
  name: z.optional(Name),
  projectId: ProjectId,
  agent: z._default(Agent, 'claude-code'),
  triggers: z._default(Triggers, [{ on: 'comment' }]),
  people: z._default(TrustedPeople, { who: 'members', names: [] }),
});
export type NewInstallation = z.infer<typeof NewInstallation>;

/** Query of `GET /api/integrations/:id/events`. */
export const ReceivedQuery = z.object({
  cursor: z.optional(z.string().check(z.regex(/^\d{1,15}$/, 'Take the cursor from the page before.'))),
  limit: z.optional(z.coerce.number().check(z.int(), z.gte(1), z.lte(limits.maxPageItems))),
});

/** What came of an event that was delivered to us. */
export const ReceivedEvent = z.object({
  /** The service's own id of the delivery. */
  id: z.string(),
  integrationId: z.string(),
  /** The service's name of the event. */
  event: z.string(),
  receivedAt: z.string(),
  outcome: z.enum(['waiting', 'started', 'ignored']),
  /** Why it was ignored, or what was started. */
  detail: z.string(),
  sessionId: z.nullable(z.string()),
});
export type ReceivedEvent = z.infer<typeof ReceivedEvent>;
