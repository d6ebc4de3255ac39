import * as z from 'zod/mini';

export const Severity = z.enum(['info', 'warning', 'critical']);
export type Severity = z.infer<typeof Severity>;

/** What a message's reader may do at once where the channel has buttons. */
export const NotificationAction = z.enum(['allow', 'deny', 'pause', 'raise', 'open']);
export type NotificationAction = z.infer<typeof NotificationAction>;

/** What people are told, in words that suit every channel; each channel gives it a form of its own. */
export const Notification = z.object({
  /** Names it for ever: the same key posted to the same channel again is one delivery. */
  key: z.string(),
  kind: z.enum(['fired', 'resolved', 'test']),
  severity: Severity,
  title: z.string(),
  body: z.string(),
  /** The path of our page that shows the matter, with its query. */
  link: z.string(),
  sessionId: z.optional(z.string()),
  callId: z.optional(z.string()),
  /** What is one matter to its receiver: what fires and what resolves it share it. */
  dedupKey: z.string(),
  at: z.string(),
  facts: z.array(z.object({ label: z.string(), value: z.string() })),
  actions: z.optional(z.array(NotificationAction)),
});
export type Notification = z.infer<typeof Notification>;
