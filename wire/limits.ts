/**
 * Every number that somebody outside can push, with the sentence that justifies its cap.
 * Names carry their unit; byte caps count UTF-8.
 */
export const limits = {
  /** A hook carries a whole file twice when an agent writes it; 16 MiB is eight times the largest seen, and a Worker still parses it in its 128 MB. */
  maxHookBytes: 16 * 1024 * 1024,
  /** `/hooks/events` bodies: 500 events of a typical 16 KB. */
  maxBatchBytes: 8 * 1024 * 1024,
  /** One telemetry export, after decompression; exporters send a few hundred KB. */
  maxOtlpBytes: 8 * 1024 * 1024,
  /** One telemetry export may name this many sessions: each is one object request. */
  maxOtlpSessions: 50,
  /** All other JSON bodies. */
  maxJsonBytes: 256 * 1024,
  /** Events in one `/hooks/events` call; one object row holds them all. */
  maxBatchEvents: 500,
  /** Identifiers that clients choose (session, stream, event, tool call). */
  maxExternalIdLength: 256,
  /** Event and hook type names kept verbatim; longer ones are cut. */
  maxNameLength: 128,
  /** Streams one session remembers; beyond it the least recently used is forgotten, and its late repeats are stored again. */
  maxStreamsPerSession: 1024,
  /** Event numbers remembered above a stream's contiguous mark; beyond it nothing is stored and the answer is `stream_gap`. */
  maxStreamAhead: 1024,
  /** Tool calls remembered as open; the oldest is forgotten beyond it, its answer then counts as a call of its own. */
  maxOpenCalls: 512,
  /** A fact about the session (model, directory, repository, branch); longer ones are cut. */
  maxFactLength: 1024,
  /** New facts in one POST, all together; what is told beyond is not taken, because it lies in one row with the events' keys. */
  maxFactsLength: 100_000,
  /** Nesting of a JSON value that we redact and store; deeper parts become a note. */
  maxJsonDepth: 64,
  /** A Durable Object row or blob is capped at 2 MB in production only; longer records are split. */
  maxRowBytes: 1_000_000,
  /** One live frame; a larger event is announced by `gap` and read from `/events`. */
  maxFrameBytes: 1024 * 1024,
  /** A live replay; older events are announced by `gap`. */
  maxReplayBytes: 8 * 1024 * 1024,
  /** What a Worker holds for a slow reader of a stream: a whole replay and as much again; one further behind is let go and resumes. */
  maxStreamBacklogBytes: 16 * 1024 * 1024,
  /** A page of `/events` ends early here, so that no answer outgrows a Worker. */
  maxPageBytes: 8 * 1024 * 1024,
  /** Events on one page. */
  maxPageEvents: 1000,
  /** Items on one page of any other list. */
  maxPageItems: 100,
  /** Uncompressed bytes of one archived segment: what one page read has to inflate. */
  maxSegmentBytes: 4 * 1024 * 1024,
  /** What a client may send on a live socket; it only ever says `ping` or renews its pass. */
  maxSocketMessageBytes: 4096,
  /** Viewers of one session; the platform's cap is 32,768, fan-out is measured to 1,000. */
  maxSpectators: 2000,
  /** Beyond this many sockets the others are not told of each coming and going: n viewers would cost n² frames. */
  maxAnnouncingSpectators: 200,
  /** Names in one presence frame. */
  maxAnnouncedViewers: 50,
  /** Dashboards of one organization. */
  maxFeedSockets: 2000,
  /** A spectator's right to watch lasts this long and is renewed by the client: removal takes effect within it. */
  spectatorPassMs: 5 * 60_000,
  /** A million dollars: beyond it a limit is a typing error, and sums stay exact integers. */
  maxBudgetMicroUsd: 1_000_000_000_000,
  /** Sessions that start sessions that start sessions: each is counted by all above it, so each hook asks that many budgets at most. */
  maxFamilyDepth: 8,
  /** Branches of branches, and sessions above them: the tree is read from its root on, a generation at a time. */
  maxTreeDepth: 32,
  /** Sessions in one picture of a tree: more is no picture. */
  maxTreeSessions: 300,
  /** An agent's last words in lists and on the tree: three lines. */
  maxOutcomeLength: 300,
  /** Files that the outcome of a branch names: it lies in its parent's log, and an agent reads it. */
  maxOutcomeFiles: 50,
  /** The first prompt of a branch: what an agent reads before it begins, and well under what an argument of a process may hold. */
  maxBranchPromptLength: 20_000,
  /** Events that are read for it, the last and the first of the session: a Worker reads the log, and nobody the rest of a summary. */
  maxBranchEvents: 3000,
  /** Their bytes, for the same reason. */
  maxBranchBytes: 24 * 1024 * 1024,
  /** Events of each side that a comparison reads, from the first on: two logs of this length are read within a Worker's processor time. */
  maxComparedEvents: 20_000,
  /** Their bytes, for the same reason. */
  maxComparedBytes: 48 * 1024 * 1024,
  /** Steps of each side that are aligned: it takes time and memory that grow with their product. */
  maxComparedSteps: 2000,
  /** Tools in each list of a comparison: more were made up. */
  maxComparedTools: 200,
  /** Files in the list of a comparison, and files of one session whose edits are counted. */
  maxComparedFiles: 2000,
  /** A file whose text is shown or compared line by line; a larger one was generated. */
  maxComparedTextBytes: 1024 * 1024,
  /** Pieces of a file that a log tells, the last ones. */
  maxComparedPieces: 200,
  /** UTF-16 units of a file's texts in which the places of its edits are looked for: 128 edits of the largest file, and two seconds at worst. */
  maxComparedSearch: 128 * 1024 * 1024,
  /** Plain bytes of the changed files of one patch, on both sides: each is read and compared within a Worker's processor time. */
  maxPatchBytes: 32 * 1024 * 1024,
  /** A changed file of a patch, which is held as a whole on both sides. */
  maxPatchFileBytes: 8 * 1024 * 1024,
  /** Child sessions of one: a change of its budget is pushed to each. */
  maxChildSessions: 1000,
  /** Moments at which its budget held a session, kept until the ledger can be told: the page shows sessions, not attempts. */
  maxUntoldBites: 20,
  /** A thousand dollars a call: beyond it a rate is a typing error. */
  maxRateMicroUsd: 1_000_000_000,
  /** Budgets of one organization: each room keeps those that count it, in one row. */
  maxBudgetsPerOrganization: 200,
  /** Tools with a rate: they are in every room's row. */
  maxRatesPerOrganization: 200,
  /** Rules of one organization: each room keeps those of its project, and matches every call against them. */
  maxRulesPerOrganization: 100,
  /** A pattern is matched in time that grows with its length; a long one is a script. */
  maxPatternLength: 200,
  maxRuleNameLength: 120,
  /** Less, and nobody has read the card. */
  minApprovalWaitSeconds: 5,
  /** A day, as long as a waiting session is kept. */
  maxApprovalWaitSeconds: 86_400,
  /** Files of one call that rules and the collision radar look at; a patch of more was generated. */
  maxCallPaths: 200,
  /** No system opens a longer one. */
  maxPathLength: 4096,
  /** Two live sessions that touch a file within this time collide; longer ago, and the first is done with it. */
  collisionWindowMs: 30 * 60_000,
  /** A session's touch of the same file is told to the radar again only after this: each telling is a row. */
  touchRepeatMs: 5 * 60_000,
  /** Files of one call that the radar hears of: each is a row. */
  maxTouchesPerCall: 20,
  /** Files of one session in `touchRepeatMs`; one that touches more rewrites the whole tree, and the first tell it. */
  maxTouchesRemembered: 200,
  /** The radar's name of a file: its repository and path. */
  maxTouchedLength: 1500,
  /** Collisions that a session lists; the newest stay. */
  maxCollisions: 20,
  /** Others that a touch is compared with: n sessions in one file would be told of n² meetings. */
  maxOthersPerFile: 5,
  /** What we ever hold an agent's own HTTP hook for; Claude Code's own default is as long. */
  maxHookWaitMs: 600_000,
  /** One poll of a waiting approval by our command hook: under the 30 s that proxies allow. */
  maxPollSeconds: 25,
  /** Hooks of one session held at the same time until a person decides, each by a socket: every waiting call, and each asked for twice. */
  maxWaitingHooks: 128,
  /** Polls of one session's waiting approvals: what may wait, each twice at once; then ten a second, where our command asks twice a minute. */
  approvalPollBurst: 128,
  approvalPollsPerMinute: 600,
  /** Calls of one session that wait at the same time; what comes beyond is refused. */
  maxPendingApprovals: 64,
  /** The line that names a waiting call on its card. */
  maxApprovalWords: 300,
  /** A note or message to an agent: it goes into a model's context. */
  maxMessageLength: 4000,
  /** Messages that wait for the agent's next hook; it reads them all at once. */
  maxPendingMessages: 20,
  /** Models, tools and subagents that a session's costs are told apart by; what comes beyond is `other`. They lie in the checkpoint's row. */
  maxCostModels: 32,
  maxCostTools: 100,
  maxCostSubagents: 200,
  /** Prices that an organization sets itself: they are in every room's row. */
  maxPricesPerOrganization: 200,
  /** Sessions that one call recalculates: each reads its whole log, an archived one from R2. */
  maxRecalculatedSessions: 20,
  /** Days of one cost report: a year, whichever. */
  maxReportDays: 366,
  /** Rows of one cost report beside its `other`: more is no picture, and each is a parameter of a statement. */
  maxReportGroups: 50,
  /** Ten thousand dollars for a million tokens: beyond it a price is a typing error. */
  maxPriceMicroUsd: 10_000_000_000,
  /** Projects whose fail mode differs from their organization's: they are in every room's row. */
  maxFailModes: 200,
  /** A quota beyond this is none. */
  maxQuota: 1_000_000_000_000_000,
  /** A token bucket deeper than this limits nothing that one object could take. */
  maxBurst: 10_000_000,
  /** Timeouts of sessions: a minute to a month. */
  minTimeoutMs: 60_000,
  maxTimeoutMs: 30 * 24 * 3600_000,
  /** Files and links of one snapshot: five times a large monorepo's checkout; the manifest stays under `maxManifestBytes`. */
  maxSnapshotFiles: 100_000,
  /** Plain bytes of one snapshot's files. */
  maxSnapshotBytes: 8 * 1024 * 1024 * 1024,
  /** One content, plain: larger files are cut into parts of this size, so that a Worker can check each in its memory. */
  maxContentBytes: 4 * 1024 * 1024,
  /** One upload or download of contents, packed: four of them fit beside each other into a Worker's 128 MB. */
  maxPackBytes: 16 * 1024 * 1024,
  /** A manifest as JSON. */
  maxManifestBytes: 24 * 1024 * 1024,
  /** A tar.gz that is uploaded as a snapshot: what Cloudflare lets through to a Worker on most plans. */
  maxUploadBytes: 100 * 1024 * 1024,
  /** The same, unpacked: each byte is hashed and packed anew within a Worker's processor time. The command has no such limit. */
  maxUploadPlainBytes: 512 * 1024 * 1024,
  /** Contents asked about in one request, or in one pack. */
  maxContentHashes: 5000,
  /** Each is read by every sweep of its project; a session that takes one a minute has a week. */
  maxSnapshotsPerProject: 10_000,
  /** A file to import, as it is sent: a Worker holds it, and unpacks it twice. The command and the page send it gzipped. */
  maxImportBytes: 16 * 1024 * 1024,
  /** The same, unpacked: each byte is looked through for secrets twice, within a Worker's processor time. */
  maxImportPlainBytes: 64 * 1024 * 1024,
  /** Sessions in one export: each is two object requests at least, of the thousand that a Worker may make. */
  maxTransferSessions: 300,
  /** Sessions in one import: each is four of them, to look, to bring its log, to begin and to find its parent. */
  maxImportSessions: 200,
  /** Files of one import by the command, which looks through all of them first: archives of an organization, as many sessions each as one may have. */
  maxImportFiles: 100,
  /** Sessions of other parts that a part of an import names: each session has one parent, and a few branches. */
  maxElsewhereSessions: 5000,
  /** Sessions in one import of an archive: beside their snapshots each is looked up once more. */
  maxArchiveSessions: 70,
  /** Snapshots in one import of an archive: each is three requests, of the thousand that a Worker may make. */
  maxArchiveSnapshots: 100,
  /** Their manifests, packed: a Worker holds them until all of the archive is looked through. */
  maxArchiveManifestBytes: 16 * 1024 * 1024,
  /** Contents that they name: a Worker knows each by its hash until it came. */
  maxArchiveContents: 200_000,
  /** A text file of an archive: a part of a log, or the manifest of a snapshot. */
  maxArchiveTextBytes: 24 * 1024 * 1024,
  /** Problems of a file that are listed; all are counted. */
  maxImportProblems: 1000,
  /** Sessions that one import puts others in the place of: each is read, written beside, and thrown away there, ten requests or more; with a full import these stay below a thousand. */
  maxImportReplaced: 15,
  /** Names that are tried for a session that is imported beside others, an object request each: ten of them are no accident. */
  maxImportCopies: 10,
  /** Snapshots by the clock: each reads the folder's times, and sends what changed. */
  minSnapshotMinutes: 5,
  maxSnapshotMinutes: 1440,
  /** Tools before whose calls a project's workspaces are kept; they are in every room's row. */
  maxSnapshotTools: 20,
  maxSnapshotToolLength: 100,
  /** Projects with rules for snapshots: they lie in one row of the ledger. */
  maxSnapshotRuleProjects: 200,
  /** How long what was thrown away can be brought back. */
  trashDays: 30,
  /** The longest that retention keeps anything by a number of days: ten years. */
  maxRetentionDays: 3650,
  /** Days that the log of a session that is over stays in its room: the object's storage costs thirteen times R2's. */
  maxLiveDays: 30,
  /** Organizations of one run of the cron's, and what it does for each: a Worker has a thousand calls and half a minute. */
  maxRetainedOrganizations: 10,
  maxRetainedSessions: 20,
  maxRetainedSnapshots: 200,
  /** Reports of retention that are kept. */
  maxRetentionReports: 60,
  /** Alert rules of an organization, the built-in ones not counted: each is held against every live session each minute. */
  maxAlertRules: 100,
  maxAlertRuleNameLength: 100,
  /** Channels that one rule tells. */
  maxAlertChannels: 10,
  /** The longest that a rule waits before it fires again for the same subject, or that somebody snoozes an alert: a week. */
  maxThrottleMinutes: 7 * 24 * 60,
  /** The longest stretch that failures are counted over: a day, which one reading of an index covers. */
  maxAlertWindowMinutes: 24 * 60,
  /** The longest silence or wait that a rule asks for. */
  maxAlertWaitMinutes: 7 * 24 * 60,
  /** Open alerts of an organization. Whoever has this many has one problem, not another alert. */
  maxOpenAlerts: 500,
  /** Sessions that a rule is tried on, and events of each: all are read and folded within one request. */
  maxTrialSessions: 30,
  maxTrialEvents: 3000,
  /** Times that a trial says a rule would have fired; beyond them it fires too often, whatever the number. */
  maxTrialFirings: 100,
  /** Organizations whose alerts one run of the cron's looks at: each is three calls of the thousand that a Worker may make. */
  maxAlertTurns: 300,
  /** Sessions that one such look reads of each kind, the latest first. */
  maxWatchedSessions: 1000,
  /** Days that an alert which is over stays in the history. */
  alertDays: 90,
  /** The share of a session's hooks that is refused is of so many minutes; and how many hooks it needs in them before it says anything. */
  hooksJudgedMinutes: 10,
  minHooksJudged: 20,
  /** What an agent is told first by a request: it is read before anything else, and is handed over as an argument of a process. */
  maxRequestPromptLength: 20_000,
  /** A repository, a ref or a machine's name. */
  maxRequestFactLength: 255,
  /** Projects, repositories or agents that one machine names in a claim. */
  maxClaimNames: 50,
  /** A machine that says nothing for this long has lost what it claimed: six reports that got lost, and an outage of ours of two minutes. */
  workLeaseMs: 3 * 60_000,
  workReportEveryMs: 30_000,
  /** How soon a machine asks again that found nothing to do: a request costs $0.30 a million, and somebody waits for it to begin. */
  claimAgainMs: 5000,
  /** Machines that take the same request one after the other; a fourth would go away over it, too. */
  maxClaimsPerRequest: 3,
  /** The end of what an agent wrote on its machine: enough to see why it failed. */
  maxWorkTailLength: 4000,
  /** Requests of one organization that wait or run: a claim looks through those that wait. */
  maxOpenRequests: 500,
  /** GitHub's own cap on what it delivers; GitLab's and Slack's are smaller. */
  maxWebhookBytes: 25 * 1024 * 1024,
  /** What Slack sends is a command or a press: the message around the button, 50 blocks of 3,000 characters at most. */
  maxSlackBytes: 512 * 1024,
  /** What Slack sent and we have still to answer, of one organization: more wait only where nothing can be answered for minutes. */
  maxSlackWaiting: 1000,
  /** Slack takes answers to a command or a press for half an hour. */
  slackAnswerMs: 30 * 60_000,
  /** A body of Slack's is remembered this long; its signature is too old after ten minutes. */
  slackMemoryMs: 3600_000,
  /** What a button of a Slack message raises a budget by. */
  slackRaiseMicroUsd: 5_000_000,
  /** How long the link may be used that ties a Slack user to a member. */
  slackLinkMs: 15 * 60_000,
  /** How far the clock of a signed webhook may be from ours, either way: what Slack and Standard Webhooks recommend. */
  webhookToleranceMs: 300_000,
  /** Ids of deliveries are remembered this long: GitHub redelivers for three days at most. */
  webhookMemoryMs: 7 * 24 * 3600_000,
  /** What a delivery is kept as until it is worked off: the facts that were read of it, in one row. */
  maxOccurrenceLength: 60_000,
  /** A text of others in a prompt (title, description, comment): what is longer was pasted from a log. */
  maxQuotedLength: 8000,
  /** A template is written by hand. */
  maxTemplateLength: 4000,
  /** A page of a code host's comments: one of long ones can still be read. */
  commentsPerPage: 50,
  /** Pages in which a comment that may have been made is looked for: 500 others are not written while one is tried. Each is a call. */
  maxCommentPages: 10,
  /** Connections of an organization to other services, each with an address and a secret of its own. */
  maxIntegrationsPerOrganization: 100,
  /** What an integration's events start: one for each kind of event, and a few labels. */
  maxTriggersPerIntegration: 20,
  maxIntegrationNameLength: 100,
  maxWebhookSecretLength: 256,
  minWebhookSecretLength: 16,
  maxAccessTokenLength: 512,
  /** Names of those who may start sessions from outside. */
  maxTrustedPeople: 200,
  /** Places that an organization's alerts go to: each is a delivery of every alert that names it. */
  maxChannelsPerOrganization: 50,
  maxChannelNameLength: 100,
  /** Browsers in which one person has notifications on: each is a delivery of every alert. */
  maxPushDevicesPerUser: 10,
  maxDeviceNameLength: 100,
  /** Addresses of one e-mail channel: for more there are lists. */
  maxEmailRecipients: 20,
  /** Deliveries of one organization on their way; beyond it something posts in a circle, and what comes is not taken. */
  maxOpenDeliveries: 10_000,
  /** What one delivery carries, as JSON: ten times what Slack or PagerDuty take. */
  maxDeliveryLength: 256 * 1024,
  /** Attempts that a delivery lists, the last ones: as many as three days have. */
  maxKeptAttempts: 24,
  /** How long deliveries that are over are listed, and how many; as long is a key known. */
  deliveryDays: 30,
  keptDeliveries: 20_000,
  /** Deliveries under way at the same time: a Worker has six connections. */
  deliveryLanes: 6,
  /** Attempts of one alarm: an invocation may make a thousand requests, and an attempt makes eleven at most. */
  maxShiftAttempts: 80,
  /** How long a replaced secret of an outgoing webhook signs beside its successor. */
  secretOverlapMs: 24 * 3600_000,
  /** People who are erased at the same time, sessions that one run looks through for each, and archived runs of one session in one call. */
  maxErasuresAtOnce: 4,
  maxErasureSessions: 50,
  maxErasedSegments: 16,
  maxTitleLength: 200,
  maxTags: 20,
  maxTagLength: 40,
  maxEmailLength: 254,
  maxPersonNameLength: 100,
  maxOrganizationNameLength: 100,
  maxProjectNameLength: 100,
  maxTokenNameLength: 100,
  /** NIST SP 800-63B asks for at least 8; scrypt's cost does not depend on length, the parser's does. */
  minPasswordLength: 10,
  maxPasswordLength: 256,
  /** Organizations one user may belong to. */
  maxOrganizationsPerUser: 50,
  maxMembersPerOrganization: 1000,
  maxProjectsPerOrganization: 1000,
  maxIngestTokensPerProject: 200,
  maxApiTokensPerUser: 50,
  maxOpenInvitations: 200,
  /** Idempotency keys are remembered for a day. */
  maxIdempotencyKeyLength: 128,
  idempotencyTtlMs: 24 * 3600_000,
  accessTokenTtlMs: 10 * 60_000,
  refreshTokenTtlMs: 30 * 24 * 3600_000,
  /** Two tabs may refresh with the same token; later reuse revokes the family. */
  refreshGraceMs: 30_000,
  invitationTtlMs: 7 * 24 * 3600_000,
  passwordResetTtlMs: 3600_000,
  /** Calls of `/api` by one login or API token: a page loads with a dozen, a script may read page after page. Full again in ten seconds. */
  apiBurst: 600,
  apiPerMinute: 3600,
  /** Sign-in attempts: a burst, then one more each refill interval, by account and by address. */
  loginAttemptsPerAccount: 10,
  loginAttemptsPerAddress: 50,
  loginRefillMs: 60_000,
} as const;
