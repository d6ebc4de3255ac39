import * as z from 'zod/mini';
import type { $ZodType } from 'zod/v4/core';
import { Alert, AlertDetail, AlertPage, AlertRule, AlertRuleList, AlertTrial } from '../../../wire/alert.ts';
import { ApprovalList } from '../../../wire/approval.ts';
import { BranchPrompt } from '../../../wire/branch.ts';
import { BudgetDetail, BudgetList, ChangedBudget } from '../../../wire/budget.ts';
import { Channel, ChannelList, ChannelWithSecret } from '../../../wire/channel.ts';
import { ComparedFile, Comparison } from '../../../wire/comparison.ts';
import { ConnectFiles } from '../../../wire/connect.ts';
import { CostReport } from '../../../wire/cost-report.ts';
import { Delivery, DeliveryPage } from '../../../wire/delivery.ts';
import { Erasure } from '../../../wire/erasure.ts';
import { SessionEvent } from '../../../wire/event.ts';
import { ExportDocument } from '../../../wire/export.ts';
import {
  CreatedInvitation,
  CreatedToken,
  Invitation,
  InvitationOffer,
  LivePass,
  Me,
  Member,
  Organization,
  Project,
  SignupAnswer,
  TokenInfo,
  User,
} from '../../../wire/identity.ts';
import { ImportReport } from '../../../wire/import.ts';
import { ApprovalAnswer, HookBatch, HookBatchAnswer, IngestAnswer, IngestBatch } from '../../../wire/ingest.ts';
import { CreatedIntegration, GitHubAppDoor, Integration, ReceivedEvent } from '../../../wire/integration.ts';
import { LimitsAnswer } from '../../../wire/organization-limits.ts';
import { ModelList, ModelPrice, PriceList, Recalculated } from '../../../wire/price.ts';
import { PushAnswer, PushDevice } from '../../../wire/push.ts';
import { RateList, ToolRate } from '../../../wire/rate.ts';
import { RetentionAnswer } from '../../../wire/retention.ts';
import { Rule, RuleList, RuleVerdict } from '../../../wire/rule.ts';
import { BudgetedSession, CreatedBranch, MergedBranch, SessionPage, SessionSummary } from '../../../wire/session.ts';
import { SessionCosts } from '../../../wire/session-costs.ts';
import { SessionTree } from '../../../wire/session-tree.ts';
import { SlackAccount, SlackApp, SlackCheck, SlackOffer, SlackState } from '../../../wire/slack.ts';
import { CreatedSnapshot, Manifest, MissingContents, Snapshot, StoredContents } from '../../../wire/snapshot.ts';
import { SnapshotRules } from '../../../wire/snapshot-rules.ts';
import { TrashItem } from '../../../wire/trash.ts';
import { ClaimAnswer, ReportAnswer, RequestPage, SessionRequest } from '../../../wire/work.ts';

/** What the router cannot tell of a route: its purpose, who may call it, and what it answers. */
export interface Operation {
  group: 'Sessions' | 'Work' | 'Alerts' | 'Archive' | 'Limits' | 'Ingest' | 'Identity' | 'Team' | 'Service';
  summary: string;
  auth: 'none' | 'actor' | 'ingest token';
  status: 101 | 200 | 201 | 202 | 204;
  answer?: $ZodType;
  /** The answer's type where it is not JSON. */
  media?: 'text/event-stream' | 'text/html' | 'text/csv' | 'text/x-diff' | 'application/octet-stream' | 'application/gzip';
  /** The body's type where it is not JSON. */
  bodyMedia?: 'application/octet-stream' | 'application/gzip';
  /** Bodies that the route reads without `valid()`. */
  body?: $ZodType;
}

const listOf = <T extends $ZodType>(item: T) => z.object({ items: z.array(item), nextCursor: z.nullable(z.string()) });
const Totals = z.object({ live: z.int(), waiting: z.int(), spentTodayMicroUsd: z.int(), failedLastDay: z.int() });
const Link = z.object({ link: z.string(), expiresAt: z.string() });
const Anything = z.looseObject({});

const actor = (group: Operation['group'], summary: string, answer?: $ZodType, status: Operation['status'] = 200): Operation => ({
  group,
  summary,
  auth: 'actor',
  status: answer || status === 101 ? status : 204,
  ...(answer && { answer }),
});
const open = (group: Operation['group'], summary: string, answer?: $ZodType, status: Operation['status'] = 200): Operation => ({
  ...actor(group, summary, answer, status),
  auth: 'none',
});
const ingest = (summary: string, answer: $ZodType, body?: $ZodType): Operation => ({
  group: 'Ingest',
  summary,
  auth: 'ingest token',
  status: 200,
  answer,
  ...(body && { body }),
});

const webhook = (summary: string): Operation => ({
  group: 'Work',
  summary,
  auth: 'none',
  status: 202,
  answer: z.object({ received: z.literal(true) }),
  body: Anything,
});

/** Every route by method and path; a test fails for a route that is missing here, and for an entry without its route. */
export const operations: Record<string, Operation> = {
  'GET /api/health': open(
    'Service',
    'Whether the service is up, and its version',
    z.object({ status: z.literal('ok'), version: z.string() }),
  ),
  'GET /api/openapi.json': open('Service', 'This document', Anything),
  'GET /api/docs': { ...open('Service', 'This document as a page', Anything), media: 'text/html' },

  'GET /api/sessions': actor(
    'Sessions',
    'Sessions, newest activity first; `status` takes several, separated by commas',
    SessionPage,
  ),
  'GET /api/sessions/totals': actor('Sessions', 'How many are live, waiting and failed, and what today cost', Totals),
  'GET /api/sessions/:id': actor('Sessions', 'One session', SessionSummary),
  'GET /api/sessions/:id/costs': actor('Sessions', 'What a session cost, by model, tool and subagent', SessionCosts),
  'PATCH /api/sessions/:id': actor('Sessions', 'Rename or tag a session', SessionSummary),
  'DELETE /api/sessions/:id': actor('Sessions', 'Put a session into the trash, where it stays for 30 days'),
  'PUT /api/sessions/:id/budget': actor(
    'Sessions',
    'Set what the session may spend, in place of what each session gets; null goes back to that',
    BudgetedSession,
  ),
  'POST /api/sessions/:id/control': actor('Sessions', 'Pause, resume or stop the agent at its next hook', SessionSummary),
  'POST /api/sessions/:id/approvals/:approvalId': actor(
    'Sessions',
    'Allow or deny a call that waits; 409 where somebody decided otherwise or nobody waits any more',
    SessionSummary,
  ),
  'POST /api/sessions/:id/messages': actor(
    'Sessions',
    'Write to the agent; its model reads it at the next hook that can carry words',
    SessionSummary,
    201,
  ),
  'GET /api/approvals': actor('Sessions', 'Every call that waits for a person', ApprovalList),
  'GET /api/sessions/:id/events': actor(
    'Sessions',
    'Events in seq order, after `after`; live and archived alike',
    z.object({ items: z.array(SessionEvent), nextAfter: z.nullable(z.int()) }),
  ),
  'GET /api/sessions/:id/tree': actor('Sessions', 'The whole family of a session, from its root on', SessionTree),
  'POST /api/sessions/:id/branches': actor(
    'Sessions',
    'Branch off a session: a queued session of the same project, and what its agent is told first',
    CreatedBranch,
    201,
  ),
  'POST /api/sessions/:id/merge': actor(
    'Sessions',
    'Give the outcome of a branch to its parent, and to its agent as a message; once, unless the branch went on since',
    MergedBranch,
  ),
  'GET /api/sessions/:id/branch-prompt': actor(
    'Sessions',
    'What the agent of a branch would be told; of a branch that waits for its agent, what that is told',
    BranchPrompt,
  ),
  'GET /api/sessions/:id/live': actor('Sessions', 'The session as it happens, over a WebSocket', undefined, 101),
  'GET /api/sessions/:id/stream': {
    ...actor('Sessions', 'The same frames as Server-Sent Events; `Last-Event-ID` is honoured', Anything),
    media: 'text/event-stream',
  },
  'GET /api/session-requests': actor(
    'Work',
    'Sessions that machines are to start, or started, the newest first; `status` takes several, separated by commas',
    RequestPage,
  ),
  'POST /api/session-requests': actor(
    'Work',
    'Ask for a session: it is queued until a machine claims it (`flightdeck work`)',
    SessionRequest,
    201,
  ),
  'GET /api/session-requests/:id': actor('Work', 'One request, and what has become of it', SessionRequest),
  'POST /api/session-requests/:id/cancel': actor(
    'Work',
    'Take a request back; where a machine has it, its agent is stopped',
    SessionRequest,
  ),
  'POST /api/session-requests/claim': actor(
    'Work',
    'Take the oldest that this machine can start; nobody else gets it while it reports. None: ask again after Retry-After',
    ClaimAnswer,
  ),
  'POST /api/session-requests/:id/report': actor(
    'Work',
    'Say how it goes, which renews the lease; 409 where the machine has lost it and must stop its agent',
    ReportAnswer,
  ),
  'GET /api/integrations': actor('Work', 'Services whose events start sessions', listOf(Integration)),
  'POST /api/integrations': actor(
    'Work',
    'Let the events of GitHub or GitLab start sessions; the secret is shown this once',
    CreatedIntegration,
    201,
  ),
  'PATCH /api/integrations/:id': actor('Work', 'Change, pause or resume an integration, or its secrets', Integration),
  'DELETE /api/integrations/:id': actor('Work', 'Delete an integration; its address answers nobody any more'),
  'GET /api/integrations/:id/events': actor(
    'Work',
    'What came for an integration and what became of it, the newest first',
    listOf(ReceivedEvent),
  ),
  'GET /api/github-app': actor('Work', 'Where to install this deployment’s GitHub App', GitHubAppDoor),
  'POST /api/github-app/installations': actor('Work', 'Connect an installation of the GitHub App to a project', Integration),
  'POST /webhooks/github': webhook('Where GitHub sends the events of this deployment’s App, signed with its secret'),
  'POST /webhooks/github/:integrationId': webhook('Where GitHub sends its events, signed with the integration’s secret'),
  'POST /webhooks/gitlab/:integrationId': webhook(
    'Where GitLab sends its events, signed, or with the integration’s secret token',
  ),
  'POST /webhooks/slack/:organizationId': {
    ...webhook('Where the organization’s Slack app sends what people press and type, signed with its signing secret'),
    status: 200,
    answer: Anything,
  },
  'GET /api/slack': actor(
    'Work',
    'The organization’s Slack app, whom you are there, and the manifest that Slack makes it from',
    SlackState,
  ),
  'PUT /api/slack': actor('Work', 'Connect the organization’s Slack app by its bot token and signing secret', SlackApp),
  'DELETE /api/slack': actor('Work', 'Disconnect the Slack app; who was who there is forgotten'),
  'POST /api/slack/check': actor('Work', 'Ask Slack whether it knows the app’s token', SlackCheck),
  'GET /api/slack/links/:secret': actor('Work', 'Which Slack user a link offers to act in your name', SlackOffer),
  'POST /api/slack/links/:secret': actor('Work', 'Let that Slack user act in your name; the link works once', SlackAccount, 201),
  'DELETE /api/slack/account': actor('Work', 'Let your Slack user act in your name no more'),
  'GET /api/feed': actor('Sessions', 'New and changed sessions of the organization, over a WebSocket', undefined, 101),
  'POST /api/live-pass': actor('Sessions', 'A short pass that prolongs an open live socket', LivePass),

  'POST /api/projects/:projectId/contents/missing': actor(
    'Archive',
    'Which contents, by SHA-256, the project does not have',
    MissingContents,
  ),
  'PUT /api/projects/:projectId/contents': {
    ...actor('Archive', 'Store a pack of contents; those that the project has are not stored again', StoredContents),
    bodyMedia: 'application/octet-stream',
  },
  'POST /api/projects/:projectId/contents/read': {
    ...actor('Archive', 'A pack of the contents; it may end early, and the rest is asked for again', Anything),
    media: 'application/octet-stream',
  },
  'GET /api/sessions/:id/snapshots': actor('Archive', "A session's snapshots, newest first", listOf(Snapshot)),
  'POST /api/sessions/:id/snapshots': actor(
    'Archive',
    'A snapshot of contents that the project has; 409 `contents_missing` lists those that it has not',
    CreatedSnapshot,
    201,
  ),
  'POST /api/sessions/:id/snapshots/upload': {
    ...actor('Archive', 'A snapshot of what a tar.gz holds, for whoever does not have the command', CreatedSnapshot, 201),
    bodyMedia: 'application/gzip',
  },
  'GET /api/snapshots/:id/archive': {
    ...actor('Archive', 'All that a snapshot holds, as one tar.gz', Anything),
    media: 'application/gzip',
  },
  'GET /api/projects/:projectId/snapshot-rules': actor('Archive', 'When the command keeps workspaces by itself', SnapshotRules),
  'PUT /api/projects/:projectId/snapshot-rules': actor(
    'Archive',
    'Say when the command keeps workspaces by itself',
    SnapshotRules,
  ),
  'GET /api/retention': actor('Archive', 'How long what is kept, and what the daily runs did', RetentionAnswer),
  'PATCH /api/retention': actor('Archive', 'Change how long what is kept', RetentionAnswer),
  'GET /api/trash': actor('Archive', 'Sessions, or snapshots, that were thrown away and can be brought back', listOf(TrashItem)),
  'POST /api/trash/:id/restore': actor('Archive', 'Bring a session, or a snapshot, back from the trash'),
  'DELETE /api/trash/:id': actor('Archive', 'Delete what is in the trash for good'),
  'GET /api/snapshots/:id': actor('Archive', 'One snapshot', Snapshot),
  'GET /api/snapshots/:id/manifest': actor('Archive', 'What a snapshot holds, and what was left out', Manifest),
  'DELETE /api/snapshots/:id': actor('Archive', 'Put a snapshot into the trash, where it stays for 30 days'),

  'GET /api/sessions/:id/export': actor(
    'Archive',
    'A session as a file: `json` can be imported again, `markdown` is to be read, `archive` is a tar.gz of all there is',
    ExportDocument,
  ),
  'POST /api/exports': actor(
    'Archive',
    'Sessions in one file: some of them, all of a project or of the organization',
    ExportDocument,
  ),
  'POST /api/imports': {
    ...actor(
      'Archive',
      'Bring exported sessions in; the body is a JSON export, gzipped or not, or the tar.gz of an archive; all problems are told before anything of it can be seen',
      ImportReport,
    ),
    body: ExportDocument,
  },
  'GET /api/export-schema': open('Archive', 'The JSON Schema of a JSON export', Anything),

  'GET /api/compare': actor(
    'Archive',
    'Two sessions or snapshots side by side: figures, tools, files and the way that each went; `markdown` to be read',
    Comparison,
  ),
  'GET /api/compare/file': actor('Archive', 'One file of a comparison on both sides', ComparedFile),
  'GET /api/compare/patch': {
    ...actor(
      'Archive',
      'What `git apply` makes the files of B with; without `b`, from the first snapshot of a session to its last',
      Anything,
    ),
    media: 'text/x-diff',
  },

  'GET /api/budgets': actor('Limits', 'Budgets: what is spent and set aside, the forecast, and where they bit', BudgetList),
  'POST /api/budgets': actor(
    'Limits',
    'A new budget; it counts what running sessions spent in its window so far. With scope `session`, what each session gets',
    ChangedBudget,
    201,
  ),
  'GET /api/budgets/:id': actor('Limits', 'One budget', BudgetDetail),
  'PATCH /api/budgets/:id': actor('Limits', 'Raise or lower a budget; in force in every session within 2 s', ChangedBudget),
  'DELETE /api/budgets/:id': actor('Limits', 'Delete a budget; sessions that it held go on'),
  'GET /api/channels': actor('Alerts', 'Places that alerts go to, without what is secret about them', ChannelList),
  'POST /api/channels': actor(
    'Alerts',
    'Set up a channel; the answer alone holds the secret that we sign with',
    ChannelWithSecret,
    201,
  ),
  'PATCH /api/channels/:id': actor(
    'Alerts',
    'Rename a channel, switch it on or off, or change its settings; what is left out stays, secrets too',
    Channel,
  ),
  'DELETE /api/channels/:id': actor('Alerts', 'Delete a channel; what waits for it is refused'),
  'POST /api/channels/:id/test': actor(
    'Alerts',
    'Send a test through a channel; read the delivery to see what came of it',
    Delivery,
    201,
  ),
  'POST /api/channels/:id/secret': actor(
    'Alerts',
    'Replace the secret that we sign with; the old one signs beside it for a day',
    ChannelWithSecret,
    201,
  ),
  'GET /api/push': actor('Alerts', 'The key that browsers subscribe to push with, and your devices', PushAnswer),
  'POST /api/push/devices': actor('Alerts', 'Have a browser show notifications', PushDevice, 201),
  'DELETE /api/push/devices/:id': actor('Alerts', 'Have a browser of yours show no more notifications'),
  'GET /api/deliveries': actor('Alerts', 'What was sent, the latest first, with what came of each attempt', DeliveryPage),
  'GET /api/deliveries/:id': actor('Alerts', 'One delivery', Delivery),
  'POST /api/deliveries/:id/replay': actor('Alerts', 'Send a delivery once more that is over, under the same id', Delivery),
  'GET /api/rates': actor('Limits', 'What tool calls cost', RateList),
  'POST /api/rates/preset': actor('Limits', 'Turn on usual rates for common tools; those already set stay', RateList),
  'PUT /api/rates/:tool': actor('Limits', 'Set what a tool costs', ToolRate),
  'DELETE /api/rates/:tool': actor('Limits', "Take a tool's rate away"),
  'GET /api/prices': actor('Limits', 'What models cost by your own table, before what agents and the catalogue say', PriceList),
  'POST /api/prices': actor(
    'Limits',
    'A price of your own, from a moment on; in force in every session within 2 s',
    ModelPrice,
    201,
  ),
  'POST /api/prices/recalculate': actor(
    'Limits',
    'Count sessions again at today’s prices, a page at a time; what differs becomes an event of each session',
    Recalculated,
  ),
  'GET /api/prices/models': actor('Limits', 'Models of the last thirty days, and their list prices', ModelList),
  'GET /api/costs': actor('Limits', 'What sessions cost by day, project, user, agent, model or tool; days in UTC', CostReport),
  'GET /api/costs.csv': { ...actor('Limits', 'The same as a table, a line for each day and group', Anything), media: 'text/csv' },
  'DELETE /api/prices/:id': actor('Limits', 'Delete a price; what it priced stays until costs are recalculated'),
  'GET /api/limits': actor('Limits', 'Quotas and how much of each is used, timeouts, bucket sizes, fail mode', LimitsAnswer),
  'PATCH /api/limits': actor('Limits', 'Change some of them; in force in every live session within two seconds', LimitsAnswer),
  'GET /api/rules': actor('Limits', 'Which tool calls wait for a person, are refused or noted', RuleList),
  'POST /api/rules': actor('Limits', 'A new rule; in force in every live session within two seconds', Rule, 201),
  'POST /api/rules/try': actor('Limits', 'Whether a rule would match a call, and why not', RuleVerdict),
  'PATCH /api/rules/:id': actor('Limits', 'Change a rule', Rule),
  'DELETE /api/rules/:id': actor('Limits', 'Delete a rule'),

  'GET /api/alerts': actor('Alerts', 'What fired, the latest first, and how many want somebody to look', AlertPage),
  'GET /api/alerts/:id': actor('Alerts', 'One alert, with each attempt to tell its channels', AlertDetail),
  'POST /api/alerts/:id/acknowledge': actor('Alerts', 'Say that you know of it; 409 where it is over', Alert),
  'POST /api/alerts/:id/snooze': actor('Alerts', 'Tell nobody for so long; what is open then is told again', Alert),
  'GET /api/alert-rules': actor('Alerts', 'Alert rules: the built-in ones as they were changed, then your own', AlertRuleList),
  'POST /api/alert-rules': actor('Alerts', 'A new alert rule', AlertRule, 201),
  'POST /api/alert-rules/try': actor('Alerts', 'When a rule would have fired in the last 24 hours', AlertTrial),
  'PATCH /api/alert-rules/:id': actor(
    'Alerts',
    'Change an alert rule, or switch it off; its open alerts are over then',
    AlertRule,
  ),
  'DELETE /api/alert-rules/:id': actor('Alerts', 'Delete an alert rule; a built-in one is again as it was'),

  'POST /hooks/events': ingest('Events of any agent, up to 500 at a time', IngestAnswer, IngestBatch),
  'POST /hooks/:agent': ingest(
    "One hook of claude-code, codex or gemini-cli, in the agent's own JSON; so is the answer",
    Anything,
    Anything,
  ),
  'POST /hooks/:agent/batch': ingest(
    "Hooks of one session that a client numbered and kept, in the agent's own JSON; answers the last",
    HookBatchAnswer,
    HookBatch,
  ),
  'GET /hooks/:agent/approvals/:sessionId/:approvalId': ingest(
    'What became of a call that waits for a person; `wait` seconds are spent waiting, `hook` asks for the answer in the agent’s words',
    ApprovalAnswer,
  ),
  'POST /otlp/v1/:signal': ingest('OTLP/HTTP logs, metrics or traces, in JSON or protobuf, gzip allowed', Anything, Anything),

  'POST /api/signup': open('Identity', 'A new user with an organization and its first project; logs in', SignupAnswer, 201),
  'POST /api/login': open('Identity', 'Log in', Me),
  'POST /api/logout': open('Identity', 'Log out'),
  'GET /api/me': actor('Identity', 'Who asks, and in which organizations', Me),
  'PATCH /api/me': actor('Identity', 'Change your name', User),
  'POST /api/me/password': actor('Identity', 'Change your password; ends your other logins and your reset links'),
  'GET /api/api-tokens': actor('Identity', 'Your API tokens', listOf(TokenInfo)),
  'POST /api/api-tokens': actor('Identity', 'A new API token, shown once', CreatedToken, 201),
  'DELETE /api/api-tokens/:tokenId': actor('Identity', 'Revoke an API token'),
  'POST /api/password-reset/:secret': open('Identity', 'Set a new password by a one-use link'),

  'GET /api/organizations': actor('Team', 'Your organizations', listOf(Organization)),
  'POST /api/organizations': actor(
    'Team',
    'A further organization',
    z.object({ organization: Organization, project: Project }),
    201,
  ),
  'PATCH /api/organization': actor('Team', 'Rename the organization that `X-Organization` names', Organization),
  'GET /api/projects': actor('Team', 'Projects', listOf(Project)),
  'POST /api/projects': actor('Team', 'A new project', Project, 201),
  'PATCH /api/projects/:projectId': actor('Team', 'Rename a project', Project),
  'GET /api/projects/:projectId/ingest-tokens': actor('Team', "A project's ingest tokens", listOf(TokenInfo)),
  'POST /api/projects/:projectId/ingest-tokens': actor('Team', 'A new ingest token, shown once', CreatedToken, 201),
  'DELETE /api/projects/:projectId/ingest-tokens/:tokenId': actor(
    'Team',
    'Revoke an ingest token; in force everywhere within 60 s',
  ),
  'POST /api/projects/:projectId/connect/:agent': actor(
    'Team',
    "An agent's complete settings, with a new ingest token inside",
    ConnectFiles,
    201,
  ),
  'GET /api/members': actor('Team', 'Members', listOf(Member)),
  'PATCH /api/members/:userId': actor('Team', "Change a member's role"),
  'DELETE /api/members/:userId': actor('Team', 'Remove a member, or leave'),
  'DELETE /api/members/:userId/data': actor('Team', 'Erase a person from the organization, oneself or another', Erasure, 202),
  'GET /api/erasures': actor('Team', 'People who were or are being erased, and how far that is', listOf(Erasure)),
  'POST /api/members/:userId/password-reset': actor('Team', 'A one-use link to a new password, for a member', Link, 201),
  'GET /api/invitations': actor('Team', 'Open invitations', listOf(Invitation)),
  'POST /api/invitations': actor('Team', 'Invite by a one-use link, shown once', CreatedInvitation, 201),
  'DELETE /api/invitations/:invitationId': actor('Team', 'Withdraw an invitation'),
  'GET /api/join/:secret': open('Team', 'What an invitation offers', InvitationOffer),
  'POST /api/join/:secret': open('Team', 'Accept an invitation', z.object({ user: User, organization: Organization }), 201),
};
