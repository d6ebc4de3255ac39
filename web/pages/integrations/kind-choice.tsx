interface KindChoiceProps<Kind extends string> {
  kinds: readonly Kind[];
  guides: Record<Kind, { name: string; lead: string }>;
  onChoose: (kind: Kind) => void;
}

/** What there is to be set up, each with what it is good for. */
export function KindChoice<Kind extends string>({ kinds, guides, onChoose }: KindChoiceProps<Kind>) {
  return (
    <ul class="channel-kinds">
      {kinds.map((kind) => (
        <li key={kind}>
          <button type="button" onClick={() => onChoose(kind)}>
            <strong>{guides[kind].name}</strong>
            <span class="muted">{guides[kind].lead}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
