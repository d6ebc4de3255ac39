import type { Attempt, SenderPorts, Sent } from '../../adapters/sender.ts';
import type { Env } from '../../env.ts';
import { codeHostSenders } from './code-host-senders.ts';

/** Finds what its integration needs, and brings one payload of it out; a payload is what somebody posted under this kind. */
export type IntegrationSender = (
  env: Env,
  organizationId: string,
  payload: unknown,
  ports: SenderPorts,
  attempt: Attempt,
) => Promise<Sent>;

/** By the kind of delivery that each takes. */
export const integrationSenders: Record<string, IntegrationSender> = { ...codeHostSenders };
