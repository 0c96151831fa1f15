declare global {
  /** What the preload gives to the page. */
  var cooper: { pathOf(file: File): string };
}

/** Where files lie that were dropped or pasted; one that lies nowhere, such as a picture out of a page, is left out. */
export function pathsOf(files: Iterable<File>): string[] {
  return Array.from(files, (file) => globalThis.cooper.pathOf(file)).filter((path) => path !== '');
}

/** Whether a drag or a clipboard brings files. */
export const bringsFiles = (data: DataTransfer | null): boolean => data?.types.includes('Files') === true;
