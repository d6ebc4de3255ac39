import { createRequire } from 'node:module';

/** GitHub's example payloads, as it publishes them: by event, each with the payloads of its actions. */
export interface ExampleEvent {
  name: string;
  examples: Record<string, unknown>[];
}

// The package is one JSON file.
export const githubExamples: ExampleEvent[] = createRequire(import.meta.url)('@octokit/webhooks-examples');

export function githubExample(event: string, action?: string): Record<string, unknown> {
  const examples = githubExamples.find(({ name }) => name === event)?.examples ?? [];
  const found = examples.find((example) => action === undefined || example.action === action);
  if (!found) throw new Error(`GitHub publishes no example of ${event} ${action ?? ''}`);
  return found;
}
