import { BrowserWindow, Notification, powerSaveBlocker } from 'electron';

/** What is told of the transfers, whenever that changes. */
export interface TransferNews {
  /** At work now. */
  moving: number;
  /** 0 to 1 over all that move; undefined while that is not known. */
  share: number | undefined;
  /** Titles and outcomes of those that have ended since the last news. */
  ended: { title: string; body: string }[];
}

/**
 * Shows on the taskbar or dock icon how far the transfers are, keeps the computer from sleeping meanwhile, and tells by a
 * notification when one has ended while no window is in front. To be given the news about once a second.
 */
export function transferWatch(
  wants: () => { keepAwake: boolean; notify: boolean },
): (news: TransferNews) => void {
  let blocker: number | undefined;
  return ({ moving, share, ended }) => {
    const { keepAwake, notify } = wants();
    for (const window of BrowserWindow.getAllWindows()) {
      if (moving === 0) window.setProgressBar(-1);
      else if (share === undefined) window.setProgressBar(2, { mode: 'indeterminate' });
      else window.setProgressBar(share);
    }
    if (moving > 0 && keepAwake) blocker ??= powerSaveBlocker.start('prevent-app-suspension');
    else if (blocker !== undefined) {
      powerSaveBlocker.stop(blocker);
      blocker = undefined;
    }
    if (!notify || BrowserWindow.getFocusedWindow() !== null || !Notification.isSupported()) return;
    for (const { title, body } of ended) new Notification({ title, body }).show();
  };
}
