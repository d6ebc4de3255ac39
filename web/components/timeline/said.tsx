import { splitRedactions, visibleText } from '../../models/session/session-text.ts';

/** Words of an agent, a tool or a person: isolated from the text around them, harmless, masked secrets visible as such. */
export function Said({ text }: { text: string }) {
  return (
    <bdi>
      <Parts text={visibleText(text)} />
    </bdi>
  );
}

/** The same without isolation, for text that has just been made visible. */
export function Parts({ text }: { text: string }) {
  const parts = splitRedactions(text);
  if (parts.length === 1 && !parts[0]?.redacted) return <>{text}</>;
  return (
    <>
      {parts.map((part, i) =>
        part.redacted ? (
          <span class="redacted" key={i} title="A secret was masked before this was stored">
            {part.text.slice(1, -1).replace('redacted:', '')}
          </span>
        ) : (
          part.text
        ),
      )}
    </>
  );
}
