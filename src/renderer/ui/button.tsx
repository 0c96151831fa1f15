import type { ButtonHTMLAttributes, Ref } from 'react';
import { Icon, type IconComponent } from './icons.tsx';
import { Tip } from './tooltip.tsx';

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: 'plain' | 'outline' | 'primary' | 'danger' | 'link';
  icon?: IconComponent;
  small?: boolean;
  ref?: Ref<HTMLButtonElement>;
}

export function Button({
  look = 'plain',
  icon,
  small = false,
  children,
  className = '',
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      className={`button button-${look} ${small ? 'button-small' : ''} ${className}`}
      {...rest}
    >
      {icon !== undefined && <Icon of={icon} />}
      {children}
    </button>
  );
}

interface IconButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'aria-label'> {
  label: string;
  icon: IconComponent;
  shortcut?: string | undefined;
  small?: boolean;
  ref?: Ref<HTMLButtonElement>;
}

/** A button that is only an icon: its label is in the tooltip and read by screen readers. */
export function IconButton({
  label,
  icon,
  shortcut,
  small = false,
  className = '',
  ...rest
}: IconButtonProps) {
  return (
    <Tip text={label} shortcut={shortcut}>
      <button
        type="button"
        aria-label={label}
        className={`button button-icon ${small ? 'button-small' : ''} ${className}`}
        {...rest}
      >
        <Icon of={icon} />
      </button>
    </Tip>
  );
}
