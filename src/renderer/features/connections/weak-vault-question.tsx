import { Button } from '#renderer/ui/button.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';

interface WeakVaultQuestionProps {
  what: 'password' | 'secret key';
  onChoose: (keepSecret: 'session' | 'weak-vault') => void;
  onCancel: () => void;
}

/** Asked when the system cannot keep a secret safely. The safe answer has the focus. */
export function WeakVaultQuestion({ what, onChoose, onCancel }: WeakVaultQuestionProps) {
  return (
    <Dialog title={`Where should the ${what} be kept?`} onClose={onCancel}>
      <div className="dialog-body">
        <p>This computer has no key ring, so a saved {what} could be read by other programs of yours.</p>
        <p className="muted">
          Kept for this session, it stays in memory until Cooper quits, and you type it again next time.
        </p>
      </div>
      <div className="dialog-actions">
        <Button onClick={onCancel}>Cancel</Button>
        <Button look="outline" onClick={() => onChoose('weak-vault')}>
          Save anyway
        </Button>
        <Button look="primary" data-first-focus onClick={() => onChoose('session')}>
          Keep for this session
        </Button>
      </div>
    </Dialog>
  );
}
