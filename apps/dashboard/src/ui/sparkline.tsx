interface SparklineProps {
  values: readonly number[];
  /** What it shows, in words: the drawing itself is not read out. */
  label: string;
  className?: string;
}

/** The shape of a short series, without axes. */
export function Sparkline({ values, label, className }: SparklineProps) {
  const top = Math.max(0, ...values);
  if (top === 0) return null;
  const points = values.map((value, at) => {
    const x = values.length < 2 ? 0 : (at / (values.length - 1)) * 100;
    return `${x.toFixed(2)},${(27 - (value / top) * 25).toFixed(2)}`;
  });
  return (
    <svg
      viewBox="0 0 100 28"
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
      className={className ?? 'h-7 w-24'}
    >
      <polygon points={`0,28 ${points.join(' ')} 100,28`} fill="var(--accent-soft)" />
      <polyline
        points={points.join(' ')}
        fill="none"
        stroke="var(--accent)"
        strokeWidth="1.5"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
}
