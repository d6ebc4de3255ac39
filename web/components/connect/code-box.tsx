/** What a machine should be given, letter by letter; it scrolls inside itself, by keyboard too. */
export function CodeBox({ label, text }: { label: string; text: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls has to be reachable by keyboard.
    <section class="code-box" tabIndex={0} aria-label={label}>
      <pre>{text}</pre>
    </section>
  );
}
