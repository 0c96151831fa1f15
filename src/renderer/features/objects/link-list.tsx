import { QrCode as QrIcon } from 'lucide-react';
import { useState } from 'react';
import type { PresignedLink } from '#shared/objects.ts';
import { Button } from '#renderer/ui/button.tsx';
import { CopyButton } from '#renderer/ui/copy-button.tsx';
import { formatDate, formatIso } from '#renderer/ui/format.ts';
import { Name } from '#renderer/ui/name.tsx';
import { revealText } from '#renderer/ui/reveal.ts';
import { curlText, linksCsv, linksText, type LinkMethod } from './links.ts';
import { QrCode } from './qr-code.tsx';

/** Each made link draws a row; this many are drawn, all can be copied. */
const SHOWN = 100;

/** Links that were made: each to copy, as a curl line and as a QR code, all of them as text or CSV. */
export function LinkList({ links, method }: { links: readonly PresignedLink[]; method: LinkMethod }) {
  const [shown, setShown] = useState<string | undefined>(links.length === 1 ? links[0]?.url : undefined);
  const [first] = links;
  return (
    <section className="links" aria-label="Links">
      <header className="links-head">
        <span role="status" title={formatIso(first?.expiresAt)}>
          {links.length === 1 ? 'Works' : 'They work'} until {formatDate(first?.expiresAt)}
        </span>
        {links.length > 1 && (
          <>
            <CopyButton look="plain" small label="Copy all" text={() => linksText(links)} />
            <CopyButton look="plain" small label="Copy all as CSV" text={() => linksCsv(links, method)} />
            <CopyButton look="plain" small label="Copy curl lines" text={() => curlText(links)} />
          </>
        )}
      </header>
      <ul>
        {links.slice(0, SHOWN).map((link) => (
          <li key={`${link.key}\n${link.versionId ?? ''}`}>
            <div className="link-row">
              <Name name={link.key} />
              <CopyButton look="plain" small label="Copy link" text={() => link.url} />
              <CopyButton look="plain" small label="Copy curl" text={() => link.curl} />
              {links.length === 1 && (
                <CopyButton look="plain" small label="Copy CSV" text={() => linksCsv(links, method)} />
              )}
              <Button
                small
                icon={QrIcon}
                aria-pressed={shown === link.url}
                aria-label={`QR code of ${revealText(link.key)}`}
                onClick={() => setShown(shown === link.url ? undefined : link.url)}
              >
                QR
              </Button>
            </div>
            {shown === link.url && (
              <div className="link-open">
                <QrCode text={link.url} label={`QR code of the link for ${revealText(link.key)}`} />
                <p className="mono selectable link-url">{link.url}</p>
              </div>
            )}
          </li>
        ))}
      </ul>
      {links.length > SHOWN && (
        <p className="note">
          The first {SHOWN} are shown; copying takes all {links.length}.
        </p>
      )}
    </section>
  );
}
