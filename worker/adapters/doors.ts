import type { IntegrationKind } from '../../wire/integration.ts';
import type { ReadDelivery } from '../domain/work/occurrence.ts';
import { readGitHubEvent } from './github/event.ts';
import { isFromGitHub } from './github/signature.ts';
import { readGitLabEvent } from './gitlab/event.ts';
import { isFromGitLab } from './gitlab/signature.ts';
import { jsonOf } from './sender.ts';

/** How one service sends us its events. */
export interface Door {
  /** The service's name of the event, and its own id of the delivery. */
  eventHeader: string;
  idHeader: string;
  isGenuine(secret: string, headers: Headers, body: Uint8Array, nowMs: number): boolean;
  read(event: string, body: unknown): ReadDelivery;
}

export const doors = {
  github: {
    eventHeader: 'x-github-event',
    idHeader: 'x-github-delivery',
    isGenuine: isFromGitHub,
    read: readGitHubEvent,
  },
  gitlab: {
    eventHeader: 'x-gitlab-event',
    // The same for each try of one delivery; `X-Gitlab-Event-UUID` is shared by events that follow from each other.
    idHeader: 'idempotency-key',
    isGenuine: isFromGitLab,
    read: readGitLabEvent,
  },
} satisfies Record<IntegrationKind, Door>;

/** The JSON of a delivery; GitHub can also be told to send it as a form's field. Null for what is neither. */
export function payloadIn(headers: Headers, body: Uint8Array): unknown {
  const text = new TextDecoder().decode(body);
  const isForm = headers.get('content-type')?.startsWith('application/x-www-form-urlencoded');
  return jsonOf(isForm ? (new URLSearchParams(text).get('payload') ?? '') : text);
}
