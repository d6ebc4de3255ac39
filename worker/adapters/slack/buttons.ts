import * as z from 'zod/mini';
import { limits } from '../../../wire/limits.ts';
import type { Notification } from '../../../wire/notification.ts';
import { jsonOf } from '../sender.ts';

/** What a button does, other than open a page. */
export const ButtonAction = z.enum(['allow', 'deny', 'pause', 'raise']);
export type ButtonAction = z.infer<typeof ButtonAction>;

/** What a button stands for: which act, in which session, on whose message. */
const Subject = z.object({
  /** The notification's, which names the message for ever. */
  key: z.string().check(z.maxLength(200)),
  sessionId: z.string().check(z.regex(/^ses_[a-z2-7]{20}$/)),
  callId: z.optional(z.string().check(z.regex(/^apr_\d{1,16}$/))),
});

export interface Pressed extends z.infer<typeof Subject> {
  action: ButtonAction;
}

const prefix = 'flightdeck_';

const words = { allow: 'Allow', deny: 'Deny', pause: 'Pause', raise: 'Raise by $5' } as const satisfies Record<
  ButtonAction,
  string
>;
const styles: Partial<Record<ButtonAction, 'primary' | 'danger'>> = { allow: 'primary', deny: 'danger' };

/** The buttons of a notification that do something; none where it is about no session. */
export function actButtons({ key, sessionId, callId, actions = [] }: Notification): object[] {
  const subject = Subject.safeParse({ key, sessionId, callId });
  if (!subject.success) return [];
  return ButtonAction.options
    .filter((action) => actions.includes(action))
    .filter((action) => callId !== undefined || (action !== 'allow' && action !== 'deny'))
    .map((action) => ({
      type: 'button',
      action_id: `${prefix}${action}`,
      text: { type: 'plain_text', text: words[action] },
      value: JSON.stringify(subject.data),
      ...(styles[action] && { style: styles[action] }),
    }));
}

/** The button that leads to our page. Slack tells of it too, and nothing is done then. */
export const openButton = (url: string): object => ({
  type: 'button',
  action_id: `${prefix}open`,
  text: { type: 'plain_text', text: 'Open' },
  url,
});

/** What was pressed; undefined for what is no button of ours that does something. */
export function pressedIn(action: { action_id: string; value?: string | undefined } | undefined): Pressed | undefined {
  const act = ButtonAction.safeParse(action?.action_id.replace(prefix, ''));
  const value = action?.value ?? '';
  const subject = Subject.safeParse(value.length > limits.maxFactLength ? null : jsonOf(value));
  return act.success && subject.success ? { action: act.data, ...subject.data } : undefined;
}
