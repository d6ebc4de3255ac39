import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';

/** Calls `more` whenever the list's end comes within a screen of being seen. */
export function useEndReached(end: RefObject<HTMLElement | null>, more: () => void): void {
  useEffect(() => {
    if (!end.current) return;
    const observer = new IntersectionObserver((entries) => entries.some(({ isIntersecting }) => isIntersecting) && more(), {
      rootMargin: '600px',
    });
    observer.observe(end.current);
    return () => observer.disconnect();
  });
}
