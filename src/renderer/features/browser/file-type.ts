const words: Record<string, string> = {
  jpg: 'JPEG image',
  jpeg: 'JPEG image',
  png: 'PNG image',
  gif: 'GIF image',
  tif: 'TIFF image',
  tiff: 'TIFF image',
  webp: 'WebP image',
  svg: 'SVG image',
  heic: 'HEIC image',
  jp2: 'JPEG 2000',
  pdf: 'PDF',
  txt: 'Text',
  md: 'Markdown',
  csv: 'CSV',
  log: 'Log',
  html: 'HTML',
  xml: 'XML',
  json: 'JSON',
  yaml: 'YAML',
  yml: 'YAML',
  js: 'JavaScript',
  ts: 'TypeScript',
  css: 'CSS',
  py: 'Python',
  zip: 'ZIP archive',
  gz: 'Gzip archive',
  tgz: 'Gzip archive',
  tar: 'Tar archive',
  bz2: 'Bzip2 archive',
  xz: 'XZ archive',
  zst: 'Zstandard',
  '7z': '7-Zip archive',
  mp3: 'MP3 audio',
  wav: 'WAV audio',
  flac: 'FLAC audio',
  mp4: 'MP4 video',
  mov: 'QuickTime',
  mkv: 'Matroska',
  doc: 'Word',
  docx: 'Word',
  xls: 'Excel',
  xlsx: 'Excel',
  ppt: 'PowerPoint',
  pptx: 'PowerPoint',
  parquet: 'Parquet',
  sql: 'SQL',
  iso: 'Disk image',
};

/** What a key's extension says that it is, in a word or two: "TIFF image", "DWG", "File" without an extension. */
export function typeOf(key: string): string {
  if (key.endsWith('/')) return 'Folder marker';
  const name = key.slice(key.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  if (dot <= 0) return 'File';
  const extension = name.slice(dot + 1);
  const known = words[extension.toLowerCase()];
  if (known !== undefined) return known;
  return /^[a-z0-9]{1,8}$/i.test(extension) ? extension.toUpperCase() : 'File';
}

export type TypeFamily = 'image' | 'text' | 'code' | 'archive' | 'audio' | 'video' | 'table' | 'other';

/** The icon's family of a type word. */
export function familyOf(type: string): TypeFamily {
  if (/image$|JPEG 2000/.test(type) && type !== 'Disk image') return 'image';
  if (/archive$|^Zstandard$|^Disk image$/.test(type)) return 'archive';
  if (type.endsWith('audio')) return 'audio';
  if (/video$|^QuickTime$|^Matroska$/.test(type)) return 'video';
  if (/^(CSV|Excel|Parquet|SQL)$/.test(type)) return 'table';
  if (/^(JSON|XML|HTML|YAML|JavaScript|TypeScript|CSS|Python)$/.test(type)) return 'code';
  if (/^(Text|Markdown|PDF|Log|Word|PowerPoint)$/.test(type)) return 'text';
  return 'other';
}
