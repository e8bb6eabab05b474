import { Markdown } from '../../ui/markdown.tsx'
import { cardParts } from './card-parts.ts'

/** A dataset's card: Markdown with its tables and quotations; written in English, whatever the interface's language. */
export function DatasetCard({ text }: { text: string }) {
  return (
    <div lang="en" dir="ltr" className="grid gap-4 text-start">
      {cardParts(text).map((part, i) => {
        if (part.kind === 'text') return <Markdown key={i} text={part.text} lang="en" />
        if (part.kind === 'quote') {
          return (
            <blockquote key={i} className="border-s-3 border-line-strong ps-4 text-ink-soft">
              <Markdown text={part.text} />
            </blockquote>
          )
        }
        return (
          <div key={i} className="overflow-x-auto" tabIndex={0} role="region" aria-label={part.head.join(', ')}>
            <table className="border-collapse text-sm">
              <thead>
                <tr>
                  {part.head.map((cell, j) => (
                    <th
                      key={j}
                      scope="col"
                      className="border-b border-line-strong py-1.5 pe-6 text-start align-bottom text-ink-soft"
                    >
                      {cell}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {part.rows.map((row, r) => (
                  <tr key={r}>
                    {row.map((cell, j) => (
                      <td key={j} className="border-b border-line py-1.5 pe-6 align-top">
                        <Markdown text={cell} />
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )
      })}
    </div>
  )
}
