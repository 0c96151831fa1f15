/** A cooper's bucket: staves held by two hoops. The same drawing as `resources/icon.svg`, without its ground. */
export function CooperMark({ size }: { size: number }) {
  return (
    <svg className="cooper-mark" width={size} height={size} viewBox="0 0 64 64" aria-hidden focusable={false}>
      <rect className="mark-ground" width="64" height="64" rx="14" />
      <path className="mark-handle" d="M16.5 22C17.5 6.5 46.5 6.5 47.5 22" fill="none" strokeWidth="3" />
      <g className="mark-staves">
        <path d="M12.5 21h8.6l1.7 32.5h-5.2a2 2 0 0 1-2-1.8z" />
        <path d="M22.6 21h8.6v32.5h-6.9z" />
        <path d="M32.8 21h8.6l-1.7 32.5h-6.9z" />
        <path d="M42.9 21h8.6l-3.1 30.7a2 2 0 0 1-2 1.8h-5.2z" />
      </g>
      <path className="mark-hoops" d="M13 26.5h38l-.5 5h-37zM14.7 43h34.6l-.5 5H15.200z" />
    </svg>
  );
}
