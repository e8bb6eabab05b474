import { cx } from './cx.ts'

const ONE_LINE = 120

/** Whether a text is short enough to stand in the interface's own alignment. */
export const isOneLine = (text: string): boolean => text.length <= ONE_LINE && !text.includes('\n')

/**
 * What people wrote. A line stands where the interface's words stand, its inner direction its own; a passage is set in
 * its own direction as a block, as its readers expect.
 */
export function UserText({ text, lang, className }: { text: string; lang?: string | undefined; className?: string }) {
  if (isOneLine(text)) {
    return (
      <p className={className}>
        <bdi lang={lang}>{text}</bdi>
      </p>
    )
  }
  return (
    <p dir="auto" lang={lang} className={cx('max-w-prose whitespace-pre-line', className)}>
      {text}
    </p>
  )
}
