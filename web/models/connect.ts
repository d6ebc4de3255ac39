import { computed, createModel, signal } from '@preact/signals';
import type { NativeAgent } from '../../wire/agent.ts';
import type { ConnectFiles } from '../../wire/connect.ts';
import type { FeedFrame } from '../../wire/frame.ts';
import type { CreatedToken } from '../../wire/identity.ts';
import type { SessionSummary } from '../../wire/session.ts';
import { asError } from './as-error.ts';

/** An agent whose settings we write, or anything that can POST. */
export type ConnectChoice = NativeAgent | 'other';

export const nativeAgents: readonly NativeAgent[] = ['claude-code', 'codex', 'gemini-cli'];

export interface ConnectPorts {
  settings(projectId: string, agent: NativeAgent): Promise<ConnectFiles>;
  token(projectId: string, name: string): Promise<CreatedToken>;
  onFeed(listener: (frame: FeedFrame) => void): () => void;
  /** Sessions that were there before prove nothing. */
  isKnown(sessionId: string): boolean;
}

/** What was made for the person, each shown this once. */
export type Connected =
  | { type: 'files'; agent: NativeAgent; projectId: string; settings: ConnectFiles }
  | { type: 'token'; agent: 'other'; projectId: string; token: string };

/** Connecting one agent: settings made on demand, then the wait for its first event. */
export const ConnectModel = createModel((ports: ConnectPorts) => {
  const connected = signal<Connected | null>(null);
  const busy = signal(false);
  const failure = signal<Error | null>(null);
  const arrival = signal<SessionSummary | null>(null);
  let stopListening = () => {};

  const listen = (made: Connected) => {
    stopListening();
    stopListening = ports.onFeed((frame) => {
      if (frame.type !== 'session' || ports.isKnown(frame.session.id) || !isFrom(frame.session, made)) return;
      arrival.value = frame.session;
      stopListening();
    });
  };

  return {
    connected: computed(() => connected.value),
    busy: computed(() => busy.value),
    failure: computed(() => failure.value),
    /** The first session that came since; null while we wait. */
    arrival: computed(() => arrival.value),
    async connect(projectId: string, agent: ConnectChoice) {
      busy.value = true;
      failure.value = null;
      arrival.value = null;
      try {
        const made = await make(ports, projectId, agent);
        connected.value = made;
        listen(made);
      } catch (error) {
        failure.value = asError(error);
      } finally {
        busy.value = false;
      }
    },
    /** Another project or agent: what was made stays valid, but is not shown again. */
    reset() {
      stopListening();
      connected.value = null;
      arrival.value = null;
      failure.value = null;
    },
  };
});

/** What becomes of the agent while Flightdeck is out of reach, with these settings. */
export function outageWords(agent: NativeAgent, fail: ConnectFiles['fail']): string {
  if (fail === 'open') return 'the agent goes on, as this project says.';
  return agent === 'claude-code'
    ? 'its prompts and tool calls are refused, as this project says, from Claude Code 2.1.295 on.'
    : 'the agent goes on, though this project wants it held: hooks with curl cannot do that, the flightdeck command can.';
}

async function make(ports: ConnectPorts, projectId: string, agent: ConnectChoice): Promise<Connected> {
  if (agent === 'other') {
    const { token } = await ports.token(projectId, 'Custom agent');
    return { type: 'token', agent, projectId, token };
  }
  return { type: 'files', agent, projectId, settings: await ports.settings(projectId, agent) };
}

/** A native agent may work in a repository that another project claims; anything else is known by its token's project. */
function isFrom(session: SessionSummary, made: Connected): boolean {
  return made.agent === 'other' ? session.projectId === made.projectId : session.agent === made.agent;
}
