/** What is wrong with a file, and where: `sessions[2].events[14].type`. */
export interface FileProblem {
  path: string;
  message: string;
}

/** What a schema found wrong with the value at a path. */
export const issuesAt = (path: string, issues: readonly { path: PropertyKey[]; message: string }[]): FileProblem[] =>
  issues.map((issue) => ({ path: path + issue.path.map(stepOf).join(''), message: issue.message }));

const stepOf = (step: PropertyKey): string => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`);
