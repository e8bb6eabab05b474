import { Fragment, type ReactNode } from 'react'
import { cx } from './cx.ts'
import { blocksOf, spansOf } from './markdown-parse.ts'
import { isOneLine } from './user-text.tsx'

function Spans({ text }: { text: string }): ReactNode {
  return spansOf(text).map((span, i) => {
    if (span.kind === 'code') {
      return (
        <code key={i} className="rounded-sm bg-sunken px-1 py-0.5 font-mono text-[0.9em]">
          {span.text}
        </code>
      )
    }
    if (span.kind === 'link') {
      return (
        <a key={i} className="link" href={span.href} target="_blank" rel="noopener noreferrer nofollow">
          {span.text}
        </a>
      )
    }
    if (span.kind === 'bold') return <strong key={i}>{span.text}</strong>
    if (span.kind === 'italic') return <em key={i}>{span.text}</em>
    return <Fragment key={i}>{span.text}</Fragment>
  })
}

/**
 * Instructions and messages written by people: paragraphs, headings, lists, emphasis, code and http links. Everything
 * else, HTML above all, is shown as the text it is. The direction follows the text, whatever the interface's is.
 */
export function Markdown({ text, lang, className }: { text: string; lang?: string; className?: string }) {
  const blocks = blocksOf(text)
  if (blocks.length === 1 && blocks[0]?.kind === 'paragraph' && isOneLine(text)) {
    return (
      <p className={className}>
        <bdi lang={lang}>
          <Spans text={blocks[0].text} />
        </bdi>
      </p>
    )
  }
  return (
    <div dir="auto" lang={lang} className={cx('grid max-w-prose gap-3', className)}>
      {blocks.map((block, i) => {
        if (block.kind === 'heading') {
          return (
            <p key={i} className="font-bold">
              <Spans text={block.text} />
            </p>
          )
        }
        if (block.kind === 'list') {
          const List = block.ordered ? 'ol' : 'ul'
          return (
            <List
              key={i}
              dir="auto"
              className={cx('grid gap-1.5 ps-5 marker:text-ink-faint', block.ordered ? 'list-decimal' : 'list-disc')}
            >
              {block.items.map((item, j) => (
                <li key={j}>
                  <Spans text={item} />
                </li>
              ))}
            </List>
          )
        }
        if (block.kind === 'code') {
          return (
            <pre key={i} dir="ltr" tabIndex={0} className="overflow-x-auto rounded-md bg-sunken p-3 font-mono text-sm">
              {block.text}
            </pre>
          )
        }
        return (
          <p key={i} dir="auto">
            <Spans text={block.text} />
          </p>
        )
      })}
    </div>
  )
}
