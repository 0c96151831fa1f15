import type { ButtonHTMLAttributes, Ref } from 'react';
import { Icon, type IconComponent } from './icons.tsx';
import { Tip } from './tooltip.tsx';

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: 'plain' | 'outline' | 'primary' | 'danger' | 'link';
  icon?: IconComponent;
  small?: boolean;
  /** Why it cannot be pressed: it stays in the tab order, greyed, and says so. */
  reason?: string | undefined;
  ref?: Ref<HTMLButtonElement>;
}

export function Button({
  look = 'plain',
  icon,
  small = false,
  children,
  className = '',
  reason,
  ...rest
}: ButtonProps) {
  const button = (
    <button
      type="button"
      className={`button button-${look} ${small ? 'button-small' : ''} ${className}`}
      {...rest}
      {...refused(reason)}
    >
      {icon !== undefined && <Icon of={icon} />}
      {children}
    </button>
  );
  return reason === undefined ? button : <Tip text={reason}>{button}</Tip>;
}

/** What makes a button one that cannot be pressed and can still be pointed at, for its reason. */
const refused = (reason: string | undefined) =>
  reason === undefined ? {} : { 'aria-disabled': true, onClick: undefined, type: 'button' as const };

interface IconButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'aria-label'> {
  label: string;
  icon: IconComponent;
  shortcut?: string | undefined;
  small?: boolean;
  /** Why it cannot be pressed: shown after its label. */
  reason?: string | undefined;
  ref?: Ref<HTMLButtonElement>;
}

/** A button that is only an icon: its label is in the tooltip and read by screen readers. */
export function IconButton({
  label,
  icon,
  shortcut,
  small = false,
  className = '',
  reason,
  ...rest
}: IconButtonProps) {
  return (
    <Tip text={reason === undefined ? label : `${label}: ${reason}`} shortcut={shortcut}>
      <button
        type="button"
        aria-label={label}
        className={`button button-icon ${small ? 'button-small' : ''} ${className}`}
        {...rest}
        {...refused(reason)}
      >
        <Icon of={icon} />
      </button>
    </Tip>
  );
}
