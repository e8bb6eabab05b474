import type { EChartsCoreOption } from 'echarts/core'
import type { ChartLook } from '../../ui/chart.tsx'

/** What audits have proved so far, as a line that climbs towards what is claimed. */
export const boundCurve =
  (
    points: { n: number; share: number }[],
    words: { x: string; bound: string; target: string; percent: (share: number) => string; at_least: number },
  ) =>
  (look: ChartLook): EChartsCoreOption => {
    const label = { color: look.inkSoft, fontFamily: look.font, fontSize: 12 }
    const side = look.rtl ? 'right' : 'left'
    const last = points.at(-1)?.n ?? 1
    return {
      grid: { top: 40, bottom: 44, left: look.rtl ? 16 : 56, right: look.rtl ? 56 : 16 },
      legend: {
        top: 0,
        left: look.rtl ? 'auto' : 0,
        right: look.rtl ? 0 : 'auto',
        icon: 'roundRect',
        itemWidth: 14,
        itemHeight: 4,
        textStyle: { color: look.ink, fontFamily: look.font },
      },
      tooltip: {
        trigger: 'axis',
        backgroundColor: look.surface,
        borderColor: look.line,
        textStyle: { color: look.ink, fontFamily: look.font, fontSize: 13 },
        valueFormatter: (value: unknown) => words.percent(Number(value)),
        confine: true,
      },
      xAxis: {
        type: 'value',
        min: 0,
        max: last,
        minInterval: 1,
        inverse: look.rtl,
        name: words.x,
        nameLocation: 'middle',
        nameGap: 28,
        nameTextStyle: label,
        axisLabel: { ...label, hideOverlap: true },
        axisLine: { lineStyle: { color: look.line } },
        splitLine: { show: false },
      },
      yAxis: {
        type: 'value',
        position: side,
        min: 0,
        max: 1,
        axisLabel: { ...label, formatter: (value: number) => words.percent(value) },
        splitLine: { lineStyle: { color: look.line } },
      },
      series: [
        {
          type: 'line',
          name: words.bound,
          step: 'end',
          data: points.map((p) => [p.n, p.share]),
          showSymbol: points.length < 3,
          color: look.palette[1],
          lineStyle: { width: 3 },
          areaStyle: { opacity: 0.14 },
        },
        {
          type: 'line',
          name: words.target,
          data: [
            [0, words.at_least],
            [last, words.at_least],
          ],
          showSymbol: false,
          color: look.palette[0],
          lineStyle: { width: 2, type: 'dashed' },
        },
      ],
    }
  }
