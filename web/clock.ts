import { type Signal, signal } from '@preact/signals';

/** Now, to the second; ticks only while something on screen reads it and the tab is visible. */
export const secondNow = ticking(1000);

/** Now, every fifteen seconds: for words such as `4m ago`. */
export const slowNow = ticking(15_000);

function ticking(everyMs: number): Signal<number> {
  let timer: ReturnType<typeof setInterval> | undefined;
  const now: Signal<number> = signal(Date.now(), {
    watched() {
      now.value = Date.now();
      timer = setInterval(() => {
        if (!document.hidden) now.value = Date.now();
      }, everyMs);
    },
    unwatched() {
      clearInterval(timer);
    },
  });
  return now;
}
