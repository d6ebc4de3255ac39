const paths = {
  sessions: 'M2.5 4h11M2.5 8h11M2.5 12h7',
  budgets: 'M2.5 12.5a6 6 0 1 1 11 0M8 9.5l2.75-3.25M2.5 12.5h11',
  costs: 'M2.5 13.5h11M4.5 13.5v-4M8 13.5V3.5M11.5 13.5V7',
  connect: 'M6 2.5v3M10 2.5v3M4 5.5h8v2a4 4 0 0 1-8 0zM8 11.5v2.5',
  settings: 'M2.5 4.75h6M11.5 4.75h2M2.5 11.25h2M7.5 11.25h6M10 3.25v3M6 9.75v3',
  search: 'M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.25 10.25l3.25 3.25',
  plus: 'M8 3v10M3 8h10',
  close: 'M4 4l8 8M12 4l-8 8',
  check: 'M3.25 8.5l3 3 6.5-7',
  copy: 'M5.5 5.5v-2a1 1 0 0 1 1-1h6a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1h-2M3.5 5.5h6a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1h-6a1 1 0 0 1-1-1v-6a1 1 0 0 1 1-1z',
  download: 'M8 2.5v7.5M4.75 7L8 10.25 11.25 7M3 13.25h10',
  archive: 'M2.5 3h11v3h-11zM3.5 6v7h9V6M6.5 8.75h3',
  more: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
  down: 'M4 6.25L8 10.25l4-4',
  right: 'M6.25 4l4 4-4 4',
  left: 'M9.75 4l-4 4 4 4',
  updown: 'M5 6.25L8 3.25l3 3M5 9.75l3 3 3-3',
  collapse: 'M2.5 3h11v10h-11zM6 3v10',
  sun: 'M8 10.75a2.75 2.75 0 1 0 0-5.5 2.75 2.75 0 0 0 0 5.5zM8 1.5v1.25M8 13.25v1.25M1.5 8h1.25M13.25 8h1.25M3.4 3.4l.9.9M11.7 11.7l.9.9M3.4 12.6l.9-.9M11.7 4.3l.9-.9',
  moon: 'M13.25 9.4A5.6 5.6 0 0 1 6.6 2.75a5.6 5.6 0 1 0 6.65 6.65z',
  screen: 'M2.5 3h11v7.5h-11zM6 13.25h4M8 10.5v2.75',
  person: 'M8 7.75a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM3 13.5c.6-2.3 2.6-3.5 5-3.5s4.4 1.2 5 3.5',
  people:
    'M6 7.5a2.25 2.25 0 1 0 0-4.5 2.25 2.25 0 0 0 0 4.5zM1.75 13c.5-2.1 2.2-3.25 4.25-3.25S9.75 10.9 10.25 13M10.5 3.2a2.25 2.25 0 0 1 0 4.1M12 10c1.2.45 2 1.5 2.25 3',
  logout: 'M6 2.75H3.25v10.5H6M6.5 8h7M10.75 5.25L13.5 8l-2.75 2.75',
  key: 'M5.25 13.25a2.75 2.75 0 1 0 0-5.5 2.75 2.75 0 0 0 0 5.5zM7.25 8.5l5.5-5.5M10.5 5.25L12.75 7.5',
  project: 'M2.5 4.25v8h11v-6.5H8L6.5 4.25z',
  organization: 'M3 13.5v-11h6.5v11M9.5 6.5H13v7M1.75 13.5h12.5M5.25 5.25h2M5.25 8h2M5.25 10.75h2',
  branch:
    'M4.75 10.5v-5M4.75 5.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3zM4.75 13.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3zM11.25 7a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3zM11.25 7c0 2.5-6.5 1.25-6.5 3.5',
  filter: 'M2.5 4h11M4.75 8h6.5M6.75 12h2.5',
  eye: 'M1.75 8S4 3.75 8 3.75 14.25 8 14.25 8 12 12.25 8 12.25 1.75 8 1.75 8zM8 9.75a1.75 1.75 0 1 0 0-3.5 1.75 1.75 0 0 0 0 3.5z',
  eyeOff:
    'M6.5 4A6 6 0 0 1 8 3.75C12 3.75 14.25 8 14.25 8a11 11 0 0 1-1.75 2.3M10.4 11.75A5.6 5.6 0 0 1 8 12.25C4 12.25 1.75 8 1.75 8A11 11 0 0 1 4.6 4.9M2.5 2.5l11 11',
  warning: 'M8 2.5l6 10.75H2zM8 6.5v3M8 11.4h.01',
  link: 'M6.75 9.25l2.5-2.5M7.25 4.75l1.5-1.5a2.83 2.83 0 0 1 4 4l-1.5 1.5M8.75 11.25l-1.5 1.5a2.83 2.83 0 0 1-4-4l1.5-1.5',
  command:
    'M5.5 5.5h5v5h-5zM5.5 5.5V4A1.5 1.5 0 1 0 4 5.5zM10.5 5.5H12A1.5 1.5 0 1 0 10.5 4zM10.5 10.5V12a1.5 1.5 0 1 0 1.5-1.5zM5.5 10.5H4A1.5 1.5 0 1 0 5.5 12z',
  keyboard: 'M1.75 4.25h12.5v7.5H1.75zM4.25 6.75h.01M6.75 6.75h.01M9.25 6.75h.01M11.75 6.75h.01M5.5 9.5h5',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  play: 'M5 3.25l7.5 4.75L5 12.75z',
  stop: 'M4 4h8v8H4z',
  replay: 'M3.2 6A5.25 5.25 0 1 1 2.75 8.5M2.75 2.75V6H6M8 5.5v3l2 1.25',
  stepBack: 'M5 3.5v9M12 3.75L7 8l5 4.25z',
  stepOn: 'M11 3.5v9M4 3.75L9 8l-5 4.25z',
  trash: 'M2.75 4.25h10.5M6 4.25V2.75h4v1.5M4 4.25l.6 9h6.8l.6-9M6.75 7v3.5M9.25 7v3.5',
  edit: 'M3 13l.6-2.6 7.3-7.3 2 2-7.3 7.3zM9.6 4.4l2 2',
  terminal: 'M3.25 4.5L6.5 8l-3.25 3.5M8 12h4.75',
  file: 'M4 2.5h5l3 3v8H4zM9 2.5v3h3',
  agent: 'M3 5.5h10v7H3zM8 5.5V3M6 8.25v1.5M10 8.25v1.5M1.5 8v2M14.5 8v2',
  shield: 'M8 2.25l5 1.75v3.5c0 3-2 5.25-5 6.25-3-1-5-3.25-5-6.25V4z',
  clock: 'M8 13.75A5.75 5.75 0 1 0 8 2.25a5.75 5.75 0 0 0 0 11.5zM8 5v3.25l2 1.25',
  external: 'M9 2.75h4.25V7M13 3L7.5 8.5M11.25 9.5v3.75h-8.5v-8.5H6.5',
  expand: 'M3 6V3h3M10 3h3v3M13 10v3h-3M6 13H3v-3',
} as const;

export type IconName = keyof typeof paths;

interface IconProps {
  name: IconName;
  size?: number;
}

/** A 16 px line drawing; decoration, so hidden from screen readers. */
export function Icon({ name, size = 16 }: IconProps) {
  const weight = name === 'more' ? 2.4 : 1.4;
  return (
    <svg
      class="icon"
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      stroke-width={weight}
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={paths[name]} />
    </svg>
  );
}
