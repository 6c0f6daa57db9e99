/** A carpenter's drawing of the joint that the product is named after. Decoration only. */
export function JointDrawing({ className }: { className?: string }) {
  const edge = { stroke: 'var(--ink-faint)', strokeWidth: 1.25, strokeLinejoin: 'round' } as const;
  const guide = { stroke: 'var(--line-strong)', strokeWidth: 1, strokeDasharray: '3 5', fill: 'none' };
  return (
    <svg viewBox="0 0 640 800" preserveAspectRatio="xMidYMid slice" aria-hidden className={className}>
      <defs>
        <pattern id="paper" width="32" height="32" patternUnits="userSpaceOnUse">
          <path d="M32 0H0V32" fill="none" stroke="var(--line)" strokeWidth="1" />
        </pattern>
      </defs>
      <rect width="640" height="800" fill="url(#paper)" />
      <path
        d="M96 144 V224 M256 144 V224 M96 160 H256 M176 512 V592 M256 512 V592 M344 448 V592 M256 576 H344"
        {...guide}
      />
      {/* The tenon: a board whose end is cut down to a tongue. */}
      <g transform="translate(96 208)" {...edge}>
        <path d="M0 64 H160 L208 16 H48 Z" fill="var(--raised)" />
        <path d="M160 64 V304 L208 256 V16 Z" fill="var(--sunken)" />
        <path d="M0 64 H160 V304 H0 Z" fill="var(--surface)" />
        <path d="M160 128 L208 80 H296 L248 128 Z" fill="var(--accent-line)" />
        <path d="M248 128 L296 80 V192 L248 240 Z" fill="var(--accent-soft)" />
        <path d="M160 128 H248 V240 H160 Z" fill="var(--accent)" />
      </g>
      {/* The mortise: a post with a hole of the same size, seen into from the front. */}
      <g transform="translate(420 176)" {...edge}>
        <path d="M0 64 L48 16 H176 L128 64 Z" fill="var(--raised)" />
        <path d="M128 64 L176 16 V368 L128 416 Z" fill="var(--sunken)" />
        <path d="M0 64 H128 V416 H0 Z" fill="var(--surface)" />
        <path d="M24 160 H104 V272 H24 Z" fill="#1b1611" />
        <path d="M24 160 H52 V244 L24 272 Z" fill="var(--timber)" />
        <path d="M24 272 L52 244 H104 V272 Z" fill="var(--timber)" opacity="0.72" />
      </g>
      <path d="M344 336 H444 M344 448 H444" {...guide} />
    </svg>
  );
}
