import { BrowserWindow, dialog, shell, type FileFilter } from 'electron';
import { copyForAWhile } from './clipboard.ts';

interface SaveQuestion {
  title: string;
  defaultPath: string;
  filters: FileFilter[];
}

/** The system's own dialogs, over the window that is in front. A dialog that was left gives null. */
export function systemDesktop() {
  const parent = () => BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0];
  const open = async (
    title: string,
    properties: ('openFile' | 'openDirectory' | 'createDirectory' | 'multiSelections')[],
    filters: FileFilter[],
  ) => {
    const window = parent();
    const options = { title, properties, filters };
    const { canceled, filePaths } = await (window === undefined
      ? dialog.showOpenDialog(options)
      : dialog.showOpenDialog(window, options));
    return canceled || filePaths.length === 0 ? null : filePaths;
  };
  const openOne = async (...question: Parameters<typeof open>) => (await open(...question))?.[0] ?? null;
  return {
    chooseSavePath: async ({ title, defaultPath, filters }: SaveQuestion) => {
      const window = parent();
      // The dialog itself asks before an existing file is chosen.
      const options = {
        title,
        defaultPath,
        filters,
        properties: ['createDirectory', 'showOverwriteConfirmation'] as const,
      };
      const { canceled, filePath } = await (window === undefined
        ? dialog.showSaveDialog({ ...options, properties: [...options.properties] })
        : dialog.showSaveDialog(window, { ...options, properties: [...options.properties] }));
      return canceled || filePath === '' ? null : filePath;
    },
    chooseFile: ({ title, filters }: { title: string; filters: FileFilter[] }) =>
      openOne(title, ['openFile'], filters),
    chooseFolder: ({ title }: { title: string }) => openOne(title, ['openDirectory', 'createDirectory'], []),
    chooseMany: ({ title, what }: { title: string; what: 'files' | 'folders' }) =>
      open(title, [what === 'files' ? 'openFile' : 'openDirectory', 'multiSelections'], []),
    copyText: (text: string, { clearAfterSeconds }: { clearAfterSeconds: number }) =>
      copyForAWhile(text, clearAfterSeconds),
    revealFile: (path: string) => shell.showItemInFolder(path),
  };
}
