/**
 * Types whose bytes are compressed already, by extension: deflating them costs time and wins next to nothing. Not
 * among them is PDF, whose fonts and object tables often are not.
 */
const COMPRESSED = new Set(
  [
    'jpg jpeg jpe jfif png gif webp avif heic heif jp2 jxl',
    'mp4 m4v mov mkv webm avi wmv flv mpg mpeg m2ts 3gp ogv',
    'mp3 m4a aac ogg oga opus flac wma ape',
    'zip gz tgz bz2 tbz2 tbz xz txz zst tzst lz4 lzma lz br 7z rar cab arj lzh z sz snappy',
    'jar war ear apk aab ipa xpi crx vsix nupkg whl egg gem deb rpm msi dmg pkg snap flatpak appx msix',
    'docx xlsx pptx docm xlsm pptm dotx xltx potx odt ods odp odg epub kmz 3mf sketch',
    'parquet orc npz woff woff2 gpg pgp age enc kdbx',
  ].flatMap((line) => line.split(' ')),
);

/** False when the key's extension says that deflate would win next to nothing. */
export function isCompressible(key: string): boolean {
  const name = key.slice(key.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return dot === -1 || !COMPRESSED.has(name.slice(dot + 1).toLowerCase());
}
