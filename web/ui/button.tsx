import { Link, type LinkProps } from '@tanstack/react-router'
import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react'
import { cx } from './cx.ts'
import { Icon, type IconName } from './icon.tsx'
import { Spinner } from './spinner.tsx'

export type ButtonKind = 'primary' | 'secondary' | 'quiet' | 'danger'
export type ButtonSize = 'normal' | 'large' | 'small'

const KINDS: Record<ButtonKind, string> = {
  primary: 'bg-accent text-on-accent hover:bg-accent-strong disabled:bg-sunken disabled:text-ink-faint shadow-1',
  secondary:
    'bg-surface text-ink border border-line-strong hover:border-ink hover:bg-page disabled:text-ink-faint disabled:border-line',
  quiet: 'text-ink-soft hover:text-ink hover:bg-sunken disabled:text-ink-faint',
  danger: 'bg-surface text-bad-ink border border-bad hover:bg-bad-soft disabled:text-ink-faint disabled:border-line',
}
const SIZES: Record<ButtonSize, string> = {
  small: 'min-h-touch px-3 text-sm gap-1.5',
  normal: 'min-h-touch px-4.5 text-base gap-2',
  large: 'min-h-13 px-6 text-lg gap-2.5',
}

/** The classes of a button, for links and file labels that look like one. */
export const buttonClass = (kind: ButtonKind = 'primary', size: ButtonSize = 'normal', wide = false): string =>
  cx(
    'inline-flex select-none items-center justify-center rounded-md py-2 text-center font-semibold leading-tight no-underline transition-colors duration-(--quick)',
    KINDS[kind],
    SIZES[size],
    wide && 'w-full',
  )

type Look = { kind?: ButtonKind; size?: ButtonSize; wide?: boolean; icon?: IconName; iconEnd?: IconName }
export type ButtonProps = Look & {
  busy?: boolean
  ref?: Ref<HTMLButtonElement>
} & ButtonHTMLAttributes<HTMLButtonElement>

/** A button. While `busy` it keeps its place and width, and a second press does nothing. */
export function Button({
  kind,
  size,
  wide,
  icon,
  iconEnd,
  busy = false,
  children,
  className,
  onClick,
  type = 'button',
  ...rest
}: ButtonProps) {
  return (
    <button
      type={type}
      className={cx(buttonClass(kind, size, wide), className)}
      aria-busy={busy || undefined}
      aria-disabled={busy || undefined}
      onClick={(event) => (busy ? event.preventDefault() : onClick?.(event))}
      {...rest}
    >
      {busy ? <Spinner /> : icon ? <Icon name={icon} /> : null}
      {children}
      {iconEnd ? <Icon name={iconEnd} /> : null}
    </button>
  )
}

/** A link that looks like a button: it goes somewhere, a button does something. */
export function LinkButton({
  kind,
  size,
  wide,
  icon,
  iconEnd,
  children,
  className,
  ...rest
}: Look & LinkProps & { children?: ReactNode; className?: string }) {
  return (
    <Link {...(rest as LinkProps)} className={cx(buttonClass(kind, size, wide), className)}>
      {icon ? <Icon name={icon} /> : null}
      {children}
      {iconEnd ? <Icon name={iconEnd} /> : null}
    </Link>
  )
}

/** A square button whose words are only heard; the sign must be one that everybody knows. */
export function IconButton({
  icon,
  label,
  className,
  ...rest
}: { icon: IconName; label: string } & ButtonHTMLAttributes<HTMLButtonElement>) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={cx(
        'inline-flex size-touch items-center justify-center rounded-md text-ink-soft hover:bg-sunken hover:text-ink disabled:opacity-40',
        className,
      )}
      {...rest}
    >
      <Icon name={icon} />
    </button>
  )
}
