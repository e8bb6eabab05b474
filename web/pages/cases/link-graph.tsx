import { type KeyboardEvent, useId, useMemo, useRef, useState } from 'react'
import { useT } from '../../app/i18n.ts'
import { Badge } from '../../ui/badge.tsx'
import { cx } from '../../ui/cx.ts'
import { DataTable } from '../../ui/table.tsx'
import { DateTime } from '../../ui/time.tsx'
import { layOut } from './layout.ts'
import { STRENGTH_TONE, useLinkWords } from './link-words.ts'

export type DrawnNode = { number: number; is_subject: boolean; in_cluster: boolean; handle: string | null }
export type DrawnLink = {
  a: number
  b: number
  strength: 'weak' | 'fair' | 'strong'
  odds_log10_hundredths: number
  kinds: {
    kind: string
    family: string
    strength: 'weak' | 'fair' | 'strong'
    odds_log10_hundredths: number
    times: number
    seen_last: string
  }[]
}

/** How each family's lines are drawn: their dashes tell them apart, their colour helps. */
const LINES: Record<string, { dash: string; colour: string }> = {
  money: { dash: '', colour: 'var(--chart-1)' },
  device: { dash: '9 4', colour: 'var(--chart-3)' },
  rhythm: { dash: '2 4', colour: 'var(--chart-2)' },
  text: { dash: '12 3 2 3', colour: 'var(--chart-5)' },
  answers: { dash: '5 3 5 8', colour: 'var(--chart-4)' },
  invitation: { dash: '1 7', colour: 'var(--chart-6)' },
}
const OTHER = { dash: '16 6', colour: 'var(--ink-soft)' }
const lineOf = (family: string) => LINES[family] ?? OTHER
const WIDTH: Record<DrawnLink['strength'], number> = { weak: 1.5, fair: 2.5, strong: 4 }
const ROOM_FOR_TABLE = 6

/** Who is linked to whom: drawn, said in words for the account one is at, and as a table that says the same. */
export function LinkGraph({ nodes, links }: { nodes: readonly DrawnNode[]; links: readonly DrawnLink[] }) {
  const t = useT('links')
  const [at, setAt] = useState(1)
  const families = useMemo(() => [...new Set(links.flatMap((l) => l.kinds.map((k) => k.family)))].toSorted(), [links])
  if (links.length === 0) return <p className="text-ink-soft">{t('links:graph.none')}</p>
  return (
    <div className="grid gap-5">
      <div className="grid gap-5 lg:grid-cols-2">
        <Drawing nodes={nodes} links={links} at={at} onAt={setAt} />
        <div className="grid content-start gap-4">
          <Selected nodes={nodes} links={links} at={at} />
          <div>
            <p className="mb-1 text-sm font-semibold">{t('links:graph.lines')}</p>
            <ul className="flex flex-wrap gap-x-4 gap-y-1 text-sm">
              {families.map((family) => (
                <li key={family} className="flex items-center gap-2">
                  <svg width="36" height="10" aria-hidden="true" className="shrink-0">
                    <line
                      x1="0"
                      x2="36"
                      y1="5"
                      y2="5"
                      stroke={lineOf(family).colour}
                      strokeWidth="3"
                      strokeDasharray={lineOf(family).dash}
                    />
                  </svg>
                  {t(`links:family.${family}`, { defaultValue: family })}
                </li>
              ))}
            </ul>
            <p className="mt-2 text-sm text-ink-soft">
              {nodes[0]?.is_subject ? t('links:graph.shapes') : null} {t('links:graph.widths')}
            </p>
          </div>
        </div>
      </div>
      {links.length <= ROOM_FOR_TABLE ? (
        <LinkTable nodes={nodes} links={links} />
      ) : (
        <details>
          <summary className="link min-h-touch w-fit cursor-pointer py-2 font-semibold">
            {t('links:graph.table', { count: links.length })}
          </summary>
          <LinkTable nodes={nodes} links={links} />
        </details>
      )}
    </div>
  )
}

function Drawing({
  nodes,
  links,
  at,
  onAt,
}: {
  nodes: readonly DrawnNode[]
  links: readonly DrawnLink[]
  at: number
  onAt: (n: number) => void
}) {
  const t = useT('links')
  const words = useLinkWords(nodes)
  const id = useId()
  const svg = useRef<SVGSVGElement>(null)
  const sheet = useMemo(
    () =>
      layOut(
        nodes.length,
        links.map((l) => ({ a: l.a - 1, b: l.b - 1, weight: Math.min(1, l.odds_log10_hundredths / 300) })),
      ),
    [nodes.length, links],
  )
  // Arrow keys go from account to account in the order of their numbers; the drawing is one stop of the Tab key.
  const go = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key]
    const to =
      event.key === 'Home' ? 1 : event.key === 'End' ? nodes.length : step === undefined ? undefined : at + step
    if (to === undefined || to < 1 || to > nodes.length) return
    event.preventDefault()
    onAt(to)
    svg.current?.querySelector<SVGGElement>(`[data-node="${to}"]`)?.focus()
  }
  const place = (n: number) => sheet.places[n - 1]!
  return (
    <svg
      ref={svg}
      viewBox={`0 0 ${sheet.width} ${sheet.height}`}
      role="group"
      aria-label={t('links:graph.label')}
      aria-describedby={`${id}-how`}
      onKeyDown={go}
      className="w-full max-w-xl rounded-md border border-line bg-page"
    >
      <desc id={`${id}-how`}>{t('links:graph.how')}</desc>
      <g aria-hidden="true">
        {links.map((l) => (
          <Line key={`${l.a}-${l.b}`} link={l} from={place(l.a)} to={place(l.b)} dim={l.a !== at && l.b !== at} />
        ))}
      </g>
      {nodes.map((node) => {
        const { x, y } = place(node.number)
        const on = node.number === at
        return (
          <g
            key={node.number}
            data-node={node.number}
            role="button"
            tabIndex={on ? 0 : -1}
            aria-pressed={on}
            aria-label={words.node(node.number)}
            onClick={() => onAt(node.number)}
            onFocus={() => onAt(node.number)}
            onKeyDown={(e) => (e.key === 'Enter' || e.key === ' ') && onAt(node.number)}
            className="cursor-pointer outline-none focus-visible:[&_.ring]:stroke-focus"
          >
            <circle cx={x} cy={y} r="22" fill="transparent" />
            <circle
              className="ring"
              cx={x}
              cy={y}
              r="20"
              fill="none"
              stroke={on ? 'var(--ink)' : 'transparent'}
              strokeWidth="2.5"
            />
            {node.is_subject ? (
              <rect x={x - 14} y={y - 14} width="28" height="28" rx="4" fill="var(--ink)" />
            ) : (
              <circle
                cx={x}
                cy={y}
                r="15"
                fill={node.in_cluster ? 'var(--accent)' : 'var(--surface)'}
                stroke={node.in_cluster ? 'var(--accent)' : 'var(--line-strong)'}
                strokeWidth="2"
              />
            )}
            <text
              x={x}
              y={y + 5}
              textAnchor="middle"
              fontSize="14"
              fontWeight="600"
              direction="ltr"
              fill={node.is_subject ? 'var(--page)' : node.in_cluster ? 'var(--on-accent)' : 'var(--ink)'}
              aria-hidden="true"
            >
              {node.number}
            </text>
          </g>
        )
      })}
    </svg>
  )
}

/** One pair: a line for each family that links it, side by side. */
function Line({
  link,
  from,
  to,
  dim,
}: {
  link: DrawnLink
  from: { x: number; y: number }
  to: { x: number; y: number }
  dim: boolean
}) {
  const families = [...new Set(link.kinds.map((k) => k.family))]
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1
  const across = { x: -(to.y - from.y) / length, y: (to.x - from.x) / length }
  return families.map((family, i) => {
    const off = (i - (families.length - 1) / 2) * 5
    const { dash, colour } = lineOf(family)
    return (
      <line
        key={family}
        x1={from.x + across.x * off}
        y1={from.y + across.y * off}
        x2={to.x + across.x * off}
        y2={to.y + across.y * off}
        stroke={colour}
        strokeWidth={WIDTH[link.strength]}
        strokeDasharray={dash}
        opacity={dim ? 0.45 : 1}
      />
    )
  })
}

/** What joins the account one is at to each other one, in sentences. */
function Selected({ nodes, links, at }: { nodes: readonly DrawnNode[]; links: readonly DrawnLink[]; at: number }) {
  const t = useT('links', 'cases')
  const words = useLinkWords(nodes)
  const mine = links.filter((l) => l.a === at || l.b === at)
  return (
    <div aria-live="polite">
      <h3 className="mb-2 text-base">{words.node(at)}</h3>
      {mine.length === 0 ? <p className="text-sm text-ink-soft">{t('links:graph.no_links')}</p> : null}
      <ul className="grid gap-2 text-sm">
        {mine.slice(0, 8).map((l) => (
          <li key={`${l.a}-${l.b}`} className="border-s-4 border-line ps-3">
            <p className="flex flex-wrap items-center gap-2 font-semibold">
              {words.name(l.a === at ? l.b : l.a)}
              <Badge tone={STRENGTH_TONE[l.strength]}>{t(`cases:strength.${l.strength}`)}</Badge>
            </p>
            <p>{l.kinds.map((k) => words.kind(k.kind)).join(' · ')}</p>
            <p className="text-ink-soft">{words.odds(l.odds_log10_hundredths)}</p>
          </li>
        ))}
      </ul>
      {mine.length > 8 ? (
        <p className={cx('mt-2 text-sm text-ink-soft')}>{t('links:graph.more', { count: mine.length - 8 })}</p>
      ) : null}
    </div>
  )
}

function LinkTable({ nodes, links }: { nodes: readonly DrawnNode[]; links: readonly DrawnLink[] }) {
  const t = useT('links', 'cases')
  const words = useLinkWords(nodes)
  const rows = links.flatMap((l) => l.kinds.map((k) => ({ ...k, a: l.a, b: l.b })))
  return (
    <DataTable
      caption={t('links:table.title')}
      rows={rows}
      rowKey={(r) => `${r.a}-${r.b}-${r.kind}`}
      columns={[
        {
          key: 'pair',
          head: t('links:table.accounts'),
          main: true,
          cell: (r) => t('links:table.pair', { a: words.name(r.a), b: words.name(r.b) }),
        },
        { key: 'kind', head: t('links:table.kind'), cell: (r) => words.kind(r.kind) },
        {
          key: 'family',
          head: t('links:table.family'),
          cell: (r) => t(`links:family.${r.family}`, { defaultValue: r.family }),
        },
        {
          key: 'strength',
          head: t('links:table.strength'),
          cell: (r) => <Badge tone={STRENGTH_TONE[r.strength]}>{t(`cases:strength.${r.strength}`)}</Badge>,
        },
        { key: 'seen', head: t('links:table.seen'), cell: (r) => <DateTime at={r.seen_last} dateOnly /> },
      ]}
    />
  )
}
