interface ProgressBarProps {
  label: string;
  /** 0 to 1. */
  share: number;
  /** The total still grows: the bar is hatched and says so. */
  estimate: boolean;
  /** What the numbers say, for screen readers. */
  text: string;
}

export function ProgressBar({ label, share, estimate, text }: ProgressBarProps) {
  return (
    <div
      className="progress"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.floor(share * 100)}
      aria-valuetext={text}
      data-estimate={estimate}
    >
      <div className="progress-fill" style={{ width: `${share * 100}%` }} />
    </div>
  );
}
