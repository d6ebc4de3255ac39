/** Asks until there is an answer; the test's own timeout is the limit. */
export async function eventually<T>(ask: () => Promise<T | undefined | null | false>): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
  }
}
