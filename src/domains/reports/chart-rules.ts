import { fixedRatio } from '../../engine/fixed.ts'
import type { Chart, Report } from './contract.ts'

// The web's own colours and type, on white, so that a printed chart speaks the same language.
const INK = '#14191f'
const SOFT = '#444b53'
const LINE = '#dbdbd4'
const ORE = '#b9531a'
const PINE = '#14786a'
const SKY = '#2f69a8'
const STONE = '#6d757d'
// Without quotes: they would end the SVG attribute that holds the names.
const FONT = 'Inter, Roboto, Helvetica, Arial, sans-serif'

/** Options for the drawing library, as plain data. */
export type ChartOptions = Record<string, unknown>

const text = (size: number, color = SOFT) => ({ color, fontFamily: FONT, fontSize: size })
const axis = (more: object = {}) => ({
  axisLabel: { ...text(13), hideOverlap: true },
  axisLine: { lineStyle: { color: LINE } },
  axisTick: { show: false },
  splitLine: { lineStyle: { color: LINE } },
  nameTextStyle: text(13),
  ...more,
})
/** The drawing area shrinks until its axes' labels fit within the chart. */
const LABELS_INSIDE = { outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' }
const base = (title: string, subtitle: string) => ({
  animation: false,
  backgroundColor: '#ffffff',
  title: {
    text: title,
    subtext: subtitle,
    left: 16,
    top: 12,
    textStyle: { ...text(18, INK), fontWeight: 600 },
    subtextStyle: text(13),
    itemGap: 6,
  },
  grid: { left: 16, right: 28, top: 96, bottom: 28, ...LABELS_INSIDE },
})
const asPercent = (share: number): string => `${fixedRatio(Math.round(share * 10_000), 100, 0)} %`
/** 24945 as "24,945", whatever the machine's language. */
export const grouped = (n: number | string): string => String(n).replaceAll(/\B(?=(\d{3})+(?!\d))/g, ',')
const words = (key: string): string => key.replaceAll('_', ' ')

function columns(
  title: string,
  subtitle: string,
  names: string[],
  values: number[],
  xName: string,
  color: string,
): ChartOptions {
  return {
    ...base(title, subtitle),
    grid: { left: 16, right: 28, top: 96, bottom: 48, ...LABELS_INSIDE },
    xAxis: axis({
      type: 'category',
      data: names,
      name: xName,
      nameLocation: 'middle',
      nameGap: 34,
      splitLine: { show: false },
      axisLabel: { ...text(names.length > 9 ? 11 : 13), interval: 0 },
    }),
    yAxis: axis({ type: 'value', minInterval: 1 }),
    series: [
      {
        type: 'bar',
        data: values,
        barCategoryGap: '16%',
        itemStyle: { color, borderRadius: [3, 3, 0, 0] },
        label: { show: true, position: 'top', formatter: (p: { value: number }) => grouped(p.value), ...text(12) },
      },
    ],
  }
}

function acceptance(r: Report): ChartOptions {
  const rows = [...r.by_task_class].reverse().map((c) => ({
    name: words(c.task_class),
    of: c.flow.judged,
    count: c.flow.acceptance.count,
    share: Number(c.flow.acceptance.share ?? 0),
  }))
  const bar = (name: string, color: string, values: number[], labels: string[]) => ({
    type: 'bar',
    name,
    stack: 'all',
    itemStyle: { color },
    barMaxWidth: 34,
    data: values.map((value, i) => ({
      value,
      label: { show: value > 0.07, position: 'inside', formatter: labels[i], ...text(13, '#ffffff') },
    })),
  })
  return {
    ...base('What peers accepted', 'First versions that peers judged, by task class'),
    legend: { top: 62, left: 12, icon: 'roundRect', itemWidth: 14, itemHeight: 10, textStyle: text(13) },
    xAxis: axis({ type: 'value', max: 1, axisLabel: { ...text(13), formatter: (v: number) => asPercent(v) } }),
    yAxis: axis({
      type: 'category',
      data: rows.map((x) => `${x.name}\n(n = ${grouped(x.of)})`),
      axisLabel: text(13, INK),
    }),
    series: [
      bar(
        'accepted',
        PINE,
        rows.map((x) => x.share),
        rows.map((x) => `${(100 * x.share).toFixed(1)} %`),
      ),
      bar(
        'filtered out',
        STONE,
        rows.map((x) => (x.of === 0 ? 0 : 1 - x.share)),
        rows.map((x) => `${(100 - 100 * x.share).toFixed(1)} %`),
      ),
    ],
  }
}

function qa(r: Report): ChartOptions {
  const { precision, agreement, recall, base_rate } = r.qa.overall
  const rows = (
    [
      ['base rate', base_rate, STONE],
      ['recall', recall, SKY],
      ['agreement', agreement, ORE],
      ['precision', precision, PINE],
    ] as const
  ).flatMap(([name, e, color]) =>
    e.share === null || e.low === null || e.high === null
      ? []
      : [
          {
            name: `${name}\n(n = ${grouped(e.n)})`,
            share: Number(e.share),
            low: Number(e.low),
            high: Number(e.high),
            color,
          },
        ],
  )
  return {
    ...base('What QA finds', 'Shares with Wilson 95 % intervals'),
    xAxis: axis({ type: 'value', min: 0, max: 1, axisLabel: { ...text(13), formatter: (v: number) => asPercent(v) } }),
    yAxis: axis({
      type: 'category',
      data: rows.map((x) => x.name),
      axisLabel: text(13, INK),
      splitLine: { show: true, lineStyle: { color: LINE, type: 'dotted' } },
    }),
    series: [
      ...rows.map((x, i) => ({
        type: 'line',
        symbol: 'rect',
        symbolSize: [3, 22],
        silent: true,
        data: [
          [x.low, i],
          [x.high, i],
        ],
        lineStyle: { color: x.color, width: 3 },
        itemStyle: { color: x.color },
      })),
      {
        type: 'scatter',
        symbolSize: 9,
        z: 5,
        data: rows.map((x, i) => ({
          value: [x.share, i],
          itemStyle: { color: x.color, borderColor: '#ffffff', borderWidth: 1 },
          label: {
            show: true,
            position: 'top',
            distance: 9,
            formatter: `${(x.share * 100).toFixed(1)} %`,
            ...text(14, INK),
            fontWeight: 600,
          },
        })),
      },
    ],
  }
}

const span = (seconds: number): string =>
  seconds < 60
    ? `${seconds} s`
    : seconds < 3600
      ? `${seconds / 60} min`
      : seconds < 86_400
        ? `${seconds / 3600} h`
        : `${seconds / 86_400} d`

/** How the drawing library writes points in time, at each of its levels. */
const CLOCK = {
  year: '{yyyy}',
  month: '{MMM} {yyyy}',
  day: '{d} {MMM}',
  hour: '{HH}:{mm}',
  minute: '{HH}:{mm}',
  second: '{HH}:{mm}:{ss}',
}

function timeline(r: Report): ChartOptions {
  const { points } = r.timeline
  const line = (name: string, key: 'submissions' | 'decisions' | 'accepted', color: string, more: object = {}) => ({
    type: 'line',
    name,
    showSymbol: points.length < 3,
    data: points.map((p) => [p.at, p[key]]),
    lineStyle: { color, width: 2.5 },
    itemStyle: { color },
    ...more,
  })
  return {
    ...base('The season as it went', 'Running totals, UTC'),
    legend: { top: 62, left: 12, icon: 'roundRect', itemWidth: 16, itemHeight: 4, textStyle: text(13) },
    useUTC: true,
    xAxis: axis({
      type: 'time',
      splitLine: { show: false },
      axisLabel: { ...text(13), hideOverlap: true, formatter: CLOCK },
    }),
    yAxis: axis({ type: 'value', minInterval: 1 }),
    series: [
      line('submissions', 'submissions', STONE),
      line('decisions', 'decisions', SKY),
      line('accepted', 'accepted', PINE, { areaStyle: { color: PINE, opacity: 0.12 } }),
    ],
  }
}

/** A report's chart as options; the same report gives the same options. */
export function chartOptions(r: Report, chart: Chart): ChartOptions {
  if (chart === 'acceptance') return acceptance(r)
  if (chart === 'qa') return qa(r)
  if (chart === 'timeline') return timeline(r)
  if (chart === 'time_to_decision') {
    const bins = r.time_to_decision.histogram
    const { median_seconds: median, p90_seconds: p90 } = r.time_to_decision
    const subtitle =
      median === null || p90 === null
        ? 'No decisions yet'
        : `Half within ${duration(median)}, nine in ten within ${duration(p90)}`
    return columns(
      'From hand-in to decision',
      subtitle,
      bins.map((b) => (b.to_seconds === null ? `over ${span(b.from_seconds)}` : `to ${span(b.to_seconds)}`)),
      bins.map((b) => b.decisions),
      'time to first decision',
      SKY,
    )
  }
  if (chart === 'reviews_each') {
    const bins = r.reviewer_work.distribution
    return columns(
      'How the reviewing was shared',
      `${grouped(r.reviewer_work.reviewers)} reviewers, ${grouped(r.reviewer_work.reviews)} reviews`,
      bins.map((b) => (b.to === null ? `${b.from}+` : b.to === b.from ? `${b.from}` : `${b.from}–${b.to}`)),
      bins.map((b) => b.reviewers),
      'reviews given by one person',
      PINE,
    )
  }
  const bins = r.reviewer_work.approval
  return columns(
    'How often reviewers approve',
    'Reviewers with ten or more decided reviews',
    bins.map((b) => `${Number(b.from) * 100}–${Number(b.to) * 100} %`),
    bins.map((b) => b.reviewers),
    'share of work they approved',
    ORE,
  )
}

/** "1 h 23 min": the two largest units. */
export function duration(seconds: number): string {
  const units: [number, string][] = [
    [86_400, 'd'],
    [3600, 'h'],
    [60, 'min'],
    [1, 's'],
  ]
  const from = units.findIndex(([size]) => seconds >= size)
  if (from < 0) return '0 s'
  let left = seconds
  return units
    .slice(from, from + 2)
    .flatMap(([size, name]) => {
      const count = Math.floor(left / size)
      left -= count * size
      return count > 0 ? [`${count} ${name}`] : []
    })
    .join(' ')
}
