import type { Integration } from '../../../wire/integration.ts';
import { capped, type Occurrence } from './occurrence.ts';
import type { RequestWish } from './request.ts';
import { triggered } from './trigger.ts';
import { defaultTemplates, headOf, triggerPrompt, triggerTitle } from './trigger-prompt.ts';

/** What an event asks for; or why it asks for nothing. */
export type Wished = { ok: true; wish: Omit<RequestWish, 'organizationId'> } | { ok: false; why: string };

interface Moment {
  /** Names the request for ever. */
  key: string;
  /** Unknown to whoever wrote the event's texts. */
  nonce: string;
  /** `host/owner/name`, of the address that a checkout is made from. */
  repository: string | undefined;
}

/** The session that an event starts by the rules of the integration that it came through. */
export function wishOf(
  integration: Pick<Integration, 'id' | 'kind' | 'projectId' | 'agent' | 'triggers' | 'people' | 'isPaused'>,
  userId: string,
  event: Occurrence,
  { key, nonce, repository }: Moment,
): Wished {
  if (integration.isPaused) return { ok: false, why: 'The integration is paused.' };
  const occurrence = capped(event);
  const found = triggered(integration.triggers, integration.people, occurrence);
  if (!found.ok) return found;
  const { subject, failure, branch, isFork, by } = occurrence;
  const ref = headOf(occurrence) ?? (isFork ? null : branch);
  const url = subject?.url || failure?.url;
  return {
    ok: true,
    wish: {
      projectId: integration.projectId,
      agent: integration.agent,
      prompt: triggerPrompt(found.trigger.template || defaultTemplates[occurrence.kind], occurrence, found.request, nonce),
      title: triggerTitle(occurrence, found.request),
      source: {
        kind: integration.kind,
        label: subject
          ? `${occurrence.repository}${subject.kind === 'merge request' ? '!' : '#'}${subject.number}`
          : occurrence.repository,
        ...(url && { url }),
        integrationId: integration.id,
      },
      key,
      requestedBy: { userId, name: by.name },
      repository,
      ref: ref ?? undefined,
    },
  };
}
