import type { ReactNode } from 'react'
import { cx } from './cx.ts'

export type Column<Row> = {
  key: string
  head: ReactNode
  cell: (row: Row) => ReactNode
  /** Figures stand at the end of their column, so that their places line up. */
  numeric?: boolean
  /** The column that names the row; it becomes the card's title on phones. */
  main?: boolean
}

/** Rows and columns; on phones each row is a card of named values, and nothing needs sideways scrolling. */
export function DataTable<Row>({
  columns,
  rows,
  rowKey,
  caption,
  empty,
}: {
  columns: Column<Row>[]
  rows: readonly Row[]
  rowKey: (row: Row) => string
  caption: string
  empty?: ReactNode
}) {
  if (rows.length === 0 && empty) return <>{empty}</>
  return (
    <table className="block w-full border-collapse text-sm sm:table">
      <caption className="sr-only">{caption}</caption>
      <thead className="sr-only sm:not-sr-only sm:table-header-group">
        <tr>
          {columns.map((c) => (
            <th
              key={c.key}
              scope="col"
              className={cx(
                'border-b border-line-strong px-3 py-2 font-semibold text-ink-soft first:ps-0 last:pe-0',
                c.numeric ? 'text-end' : 'text-start',
              )}
            >
              {c.head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody className="grid gap-3 sm:table-row-group">
        {rows.map((row) => (
          <tr
            key={rowKey(row)}
            className="grid rounded-md border border-line bg-surface p-3 sm:table-row sm:rounded-none sm:border-0 sm:bg-transparent sm:hover:bg-page"
          >
            {columns.map((c) => {
              const Tag = c.main ? 'th' : 'td'
              return (
                <Tag
                  key={c.key}
                  scope={c.main ? 'row' : undefined}
                  className={cx(
                    'flex items-baseline justify-between gap-4 py-1 sm:table-cell sm:border-b sm:border-line sm:px-3 sm:py-2.5 sm:align-middle sm:first:ps-0 sm:last:pe-0',
                    c.main ? 'text-start text-base font-semibold sm:text-sm' : 'font-normal',
                    c.numeric ? 'sm:text-end' : 'sm:text-start',
                  )}
                >
                  {c.main ? null : (
                    <span aria-hidden="true" className="shrink-0 text-ink-soft sm:hidden">
                      {c.head}
                    </span>
                  )}
                  <span className={cx('min-w-0', !c.main && 'text-end sm:text-start', c.numeric && 'sm:text-end')}>
                    {c.cell(row)}
                  </span>
                </Tag>
              )
            })}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
