/** A cooper's bucket: staves held by two hoops. The same drawing as `resources/icon.svg`. */
export function CooperMark({ size }: { size: number }) {
  return (
    <svg className="cooper-mark" width={size} height={size} viewBox="0 0 64 64" aria-hidden focusable={false}>
      <rect className="mark-ground" width="64" height="64" rx="14" />
      <path className="mark-handle" d="M15.5 23C15.5 4.5 48.5 4.5 48.5 23" fill="none" strokeWidth="3.2" />
      <g className="mark-staves">
        <path d="M11.5 20.5h9.3l1.6 33.5h-5.1a2.2 2.2 0 0 1-2.2-2z" />
        <path d="M22.4 20.5h8.8V54h-7.2z" />
        <path d="M32.8 20.5h8.8L40 54h-7.2z" />
        <path d="M43.2 20.5h9.3L48.9 52a2.2 2.2 0 0 1-2.2 2h-5.1z" />
      </g>
      <path className="mark-hoops" d="M10.9 26h42.2l-.6 6h-41zM12.6 42.5h38.8l-.7 6H13.3z" />
    </svg>
  );
}
