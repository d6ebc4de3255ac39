/** The mark: a horizon under an instrument's arc. */
export function Logo({ size = 20 }: { size?: number }) {
  return (
    <svg
      class="logo"
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d="M3.2 7.6a7.4 7.4 0 0 1 13.6 0" stroke-width="1.7" opacity=".45" />
      <path d="M1.8 12.2h4.4l1.7-2.9 2.9 4.9 1.6-2h5.8" stroke-width="1.7" />
    </svg>
  );
}
