import { isDecomposed, revealParts, revealText, splitForEllipsis, type NamePart } from './reveal.ts';

function Parts({ parts }: { parts: NamePart[] }) {
  return parts.map(({ text, label }, i) =>
    label === undefined ? (
      text
    ) : (
      <span key={i} className={label === '' ? 'name-space' : 'name-odd'} aria-label={text}>
        {label === '' ? ' ' : label}
      </span>
    ),
  );
}

/** A key or a part of one, as long as it is, with what cannot be seen made visible. */
export function Revealed({ text }: { text: string }) {
  return (
    <bdi className="revealed">
      <Parts parts={revealParts(text)} />
    </bdi>
  );
}

/**
 * A key's name on one line: what cannot be seen is made visible, a long one loses its middle, never its extension.
 * The full name is in the tooltip. `folder` adds the slash that tells a folder from an object of the same name.
 */
export function Name({ name, folder = false }: { name: string; folder?: boolean }) {
  if (name === '' && folder) return <span className="name-none">(no name)/</span>;
  const { head, tail } = splitForEllipsis(name);
  return (
    <bdi className="name" dir="auto" title={revealText(name) + (folder ? '/' : '')}>
      <span className="name-head">
        <Parts parts={head === '' ? [] : revealAt(name, 0, head.length)} />
      </span>
      {tail !== '' && (
        <span className="name-tail">
          <Parts parts={revealAt(name, head.length, name.length)} />
        </span>
      )}
      {folder && <span className="name-slash">/</span>}
      {isDecomposed(name) && (
        <span
          className="name-form"
          title="Spelled with combining marks (Unicode NFD); a name that looks the same may be another one."
        >
          NFD
        </span>
      )}
    </bdi>
  );
}

/** Reveals a slice with its surroundings known, so that a space at the cut is not taken for one at the edge. */
function revealAt(name: string, start: number, end: number): NamePart[] {
  if (start === 0 && end === name.length) return revealParts(name);
  const guard = '|';
  const text = (start > 0 ? guard : '') + name.slice(start, end) + (end < name.length ? guard : '');
  const parts = revealParts(text);
  const first = parts[0];
  const last = parts.at(-1);
  if (start > 0 && first !== undefined) first.text = first.text.slice(guard.length);
  if (end < name.length && last !== undefined) last.text = last.text.slice(0, -guard.length);
  return parts.filter((part) => part.text !== '');
}
