import type { ProjectName } from './projects.ts';

/** One request of an agent: `waitMs` after the one before it, at the pace of somebody who watches. */
export interface Step {
  waitMs: number;
  path: string;
  /** Made when it is sent: bodies carry times. */
  body: () => unknown;
  headers?: Record<string, string>;
}

/** One session, told as what its agent sends. */
export interface Story {
  /** For the demo's own output. */
  title: string;
  project: ProjectName;
  startsAfterMs: number;
  steps: Step[];
}

/** Where a session runs; the command hooks send repository and branch as headers. */
export interface Workspace {
  cwd: string;
  repository: string;
  branch: string;
}

export const workspaceHeaders = ({ repository, branch }: Workspace): Record<string, string> => ({
  'x-flightdeck-repository': `https://github.com/${repository}.git`,
  'x-flightdeck-branch': branch,
});

/** Tokens of one model call. */
export interface Call {
  input: number;
  output: number;
  cacheRead?: number;
  cacheWrite?: number;
}

/** An OTLP log export with one record. */
export function otlpLog(
  service: string,
  scope: string,
  body: string | null,
  attributes: Record<string, string | number>,
): object {
  const stamped = { 'event.timestamp': new Date().toISOString(), ...attributes };
  const value = (given: string | number) => (typeof given === 'number' ? { intValue: given } : { stringValue: given });
  const record = {
    timeUnixNano: `${BigInt(Date.now()) * 1_000_000n}`,
    body: body === null ? null : { stringValue: body },
    attributes: Object.entries(stamped).map(([key, given]) => ({ key, value: value(given) })),
  };
  return {
    resourceLogs: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
        scopeLogs: [{ scope: { name: scope }, logRecords: [record] }],
      },
    ],
  };
}
