import { Check, ClipboardCopy, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button, IconButton } from './button.tsx';
import { copyText } from './clipboard.ts';

const SHOWN_MS = 1500;

interface CopyButtonProps {
  label: string;
  /** Asked when the button is pressed. */
  text: () => string;
  /** An icon only, or a button, or a link, with the label as its words. */
  look: 'icon' | 'plain' | 'link';
  small?: boolean;
}

/** Copies, and shows for a moment that it did. */
export function CopyButton({ label, text, look, small = false }: CopyButtonProps) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = () => void copyText(text()).then(setCopied);
  if (look === 'icon')
    return <IconButton label={copied ? 'Copied' : label} icon={copied ? Check : Copy} small onClick={copy} />;
  return (
    <Button
      look={look}
      small={small}
      {...(look === 'plain' ? { icon: copied ? Check : ClipboardCopy } : {})}
      onClick={copy}
    >
      {copied ? 'Copied' : label}
    </Button>
  );
}
