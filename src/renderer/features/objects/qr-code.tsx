import { encode } from 'uqr';
import { useMemo } from 'react';

/** The most characters of a link that a camera still reads well off a screen; QR itself ends near 2,900 (level L). */
const MOST = 2300;

/** A text as a QR code, drawn; a text that is too long says so. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const path = useMemo(() => (text.length > MOST ? undefined : pathOf(text)), [text]);
  if (path === undefined)
    return <p className="note">This link is too long for a QR code ({text.length} characters).</p>;
  return (
    <svg
      className="qr"
      role="img"
      aria-label={label}
      viewBox={`0 0 ${path.size} ${path.size}`}
      shapeRendering="crispEdges"
    >
      <rect width={path.size} height={path.size} className="qr-paper" />
      <path d={path.squares} className="qr-ink" />
    </svg>
  );
}

/** Every dark square of the code as one path, with the quiet zone of four squares that readers want (ISO/IEC 18004). */
function pathOf(text: string): { size: number; squares: string } {
  const { size, data } = encode(text, { ecc: 'L', border: 4 });
  const squares = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  return { size, squares };
}
