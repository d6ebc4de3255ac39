/** The call's answer, or a rejection once it has taken `ms`. The timer is pending only while something waits for it. */
export function within<Answer>(ms: number, call: () => Promise<Answer>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
    call()
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}
