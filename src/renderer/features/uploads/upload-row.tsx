import { CloudUpload } from 'lucide-react';
import { memo, useEffect, type MouseEvent } from 'react';
import type { Upload } from '#shared/objects.ts';
import { formatBytes, formatDate, formatExactBytes, formatIso, plural } from '#renderer/ui/format.ts';
import { Icon } from '#renderer/ui/icons.tsx';
import { Name } from '#renderer/ui/name.tsx';
import { revealText } from '#renderer/ui/reveal.ts';
import { ageText } from './age.ts';
import { idOf, useUploads, wantSize } from './store.ts';

interface UploadRowProps {
  upload: Upload;
  position: number;
  top: number;
  now: number;
  selected: boolean;
  cursor: boolean;
  onPress: (upload: Upload, event: MouseEvent) => void;
}

export const rowId = (upload: Upload): string => `upload-row-${idOf(upload)}`;

/** One unfinished upload. How much of it is there is asked for while it is in sight. */
export const UploadRow = memo(function UploadRow({ upload, position, top, now, ...props }: UploadRowProps) {
  const { key, startedAt, initiator } = upload;
  useEffect(() => wantSize(upload), [upload]);
  return (
    <div
      id={rowId(upload)}
      role="row"
      className="upload-row"
      aria-label={revealText(key)}
      aria-rowindex={position + 2}
      aria-selected={props.selected}
      data-cursor={props.cursor}
      style={{ top }}
      onMouseDown={(event) => props.onPress(upload, event)}
    >
      <div role="gridcell" className="upload-cell upload-name" title={`Upload ${upload.uploadId}`}>
        <Icon of={CloudUpload} />
        <Name name={key} />
      </div>
      <Size upload={upload} />
      <div role="gridcell" className="upload-cell upload-number">
        {ageText(upload, now)}
      </div>
      <div role="gridcell" className="upload-cell" title={formatIso(startedAt)}>
        {formatDate(startedAt)}
      </div>
      <div role="gridcell" className="upload-cell upload-owner" title={initiator?.id}>
        {initiator?.displayName ?? initiator?.id ?? '—'}
      </div>
    </div>
  );
});

function Size({ upload }: { upload: Upload }) {
  const size = useUploads((state) => state.sizes[idOf(upload)]);
  const title =
    size?.state === 'known' ? `${formatExactBytes(size.bytes)} in ${plural(size.parts, 'part')}` : size?.text;
  return (
    <div role="gridcell" className="upload-cell upload-number" title={title}>
      {size === undefined ? '…' : size.state === 'known' ? formatBytes(size.bytes) : 'not known'}
    </div>
  );
}
