import type { Occurrence, Subject } from './occurrence.ts';

/** Where at a code host a session is reported: the request or issue that it is about, and the commit. */
export interface Place {
  service: Occurrence['service'];
  /** `owner/name`. */
  repository: string;
  repositoryId: number;
  subject: Pick<Subject, 'kind' | 'number'>;
  sha: string | null;
}

/** Null where there is nothing to comment on. */
export function placeOf({ service, repository, repositoryId, subject, sha }: Occurrence): Place | null {
  if (!subject) return null;
  return { service, repository, repositoryId, subject: { kind: subject.kind, number: subject.number }, sha };
}
