import { limits } from '../../../wire/limits.ts';
import { clip } from '../clip.ts';

/** What may start a session: a pull or merge request was opened, somebody wrote to us, a label was set, a run or pipeline failed. */
export type OccurrenceKind = 'opened' | 'comment' | 'label' | 'failed';

/** What happened at GitHub or GitLab, in one shape. Every text of it was written by others. */
export interface Occurrence {
  kind: OccurrenceKind;
  service: 'github' | 'gitlab';
  /** `owner/name`. */
  repository: string;
  /** What the service knows the repository by in its API. */
  repositoryId: number;
  /** What a checkout is made from. */
  cloneUrl: string;
  isPrivate: boolean;
  /** What it is about; null where a branch without a pull request failed. */
  subject: Subject | null;
  /** What to check out. */
  branch: string | null;
  sha: string | null;
  /** The branch lies in somebody else's copy of the repository. */
  isFork: boolean;
  by: { name: string; isBot: boolean; isMember: boolean };
  comment: { text: string; url: string } | null;
  label: string | null;
  failure: { name: string; url: string } | null;
}

export interface Subject {
  kind: 'pull request' | 'merge request' | 'issue';
  number: number;
  title: string;
  text: string;
  url: string;
}

/** What came of reading a delivery: something that may start a session, or why it is none of our business. */
export type ReadDelivery = { ok: true; occurrence: Occurrence } | { ok: false; why: string };

/** The same with texts of a length that a row holds. */
export function capped(occurrence: Occurrence): Occurrence {
  const { subject, comment, failure } = occurrence;
  const short = (text: string) => clip(text, limits.maxFactLength);
  return {
    ...occurrence,
    repository: short(occurrence.repository),
    cloneUrl: short(occurrence.cloneUrl),
    branch: occurrence.branch === null ? null : short(occurrence.branch),
    sha: occurrence.sha === null ? null : clip(occurrence.sha, limits.maxNameLength),
    by: { ...occurrence.by, name: clip(occurrence.by.name, limits.maxNameLength) },
    label: occurrence.label === null ? null : short(occurrence.label),
    subject: subject && {
      ...subject,
      title: short(subject.title),
      text: clip(subject.text, limits.maxQuotedLength),
      url: short(subject.url),
    },
    comment: comment && { text: clip(comment.text, limits.maxQuotedLength), url: short(comment.url) },
    failure: failure && { name: short(failure.name), url: short(failure.url) },
  };
}
