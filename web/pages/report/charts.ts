import type { EChartsCoreOption } from 'echarts/core'
import type { ChartLook } from '../../ui/chart.tsx'

const axis = (look: ChartLook) => ({
  axisLabel: { color: look.inkSoft, fontFamily: look.font, fontSize: 12, lineHeight: 16, hideOverlap: true },
  axisLine: { lineStyle: { color: look.line } },
  axisTick: { show: false },
  splitLine: { lineStyle: { color: look.line } },
  nameTextStyle: { color: look.inkSoft, fontFamily: look.font, fontSize: 12 },
})
const GRID = { left: 4, right: 12, top: 34, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' }
const tooltip = (look: ChartLook) => ({
  trigger: 'axis' as const,
  backgroundColor: look.surface,
  borderColor: look.line,
  textStyle: { color: look.ink, fontFamily: look.font, fontSize: 13 },
  confine: true,
})

/** Columns over named steps, the bar's own figure above it; some columns can stand out. */
export const columns =
  (
    names: string[],
    values: number[],
    words: { x: string; y: string; figure: (n: number) => string; strong?: number[] },
  ) =>
  (look: ChartLook): EChartsCoreOption => ({
    grid: { ...GRID, bottom: 32 },
    tooltip: { ...tooltip(look), axisPointer: { type: 'shadow' } },
    xAxis: {
      ...axis(look),
      type: 'category',
      data: names,
      inverse: look.rtl,
      name: words.x,
      nameLocation: 'middle',
      nameGap: 30,
      splitLine: { show: false },
    },
    yAxis: {
      ...axis(look),
      type: 'value',
      position: look.rtl ? 'right' : 'left',
      minInterval: 1,
      name: words.y,
      nameLocation: 'end',
      nameTextStyle: { color: look.inkSoft, fontFamily: look.font, align: look.rtl ? 'right' : 'left' },
    },
    series: [
      {
        type: 'bar',
        name: words.y,
        data: values.map((value, i) => ({
          value,
          itemStyle: {
            color: words.strong?.includes(i) ? look.palette[0] : look.palette[1],
            borderRadius: [3, 3, 0, 0],
          },
        })),
        barCategoryGap: '18%',
        label: {
          show: values.length <= 12,
          position: 'top',
          color: look.inkSoft,
          fontFamily: look.font,
          fontSize: 11,
          formatter: (p: { value: number }) => (p.value === 0 ? '' : words.figure(p.value)),
        },
      },
    ],
  })

/** Running totals over time, each line named at its end by the legend. */
export const curves =
  (at: string[], lines: { name: string; values: number[] }[], words: { day: (at: string) => string; y: string }) =>
  (look: ChartLook): EChartsCoreOption => ({
    color: [look.palette[5]!, look.palette[2]!, look.palette[1]!],
    // Measured margins: labels of moments are wide, and a phone would give them all the room.
    grid: { top: 58, bottom: 42, left: look.rtl ? 18 : 58, right: look.rtl ? 58 : 18 },
    legend: {
      top: 0,
      left: look.rtl ? 'auto' : 0,
      right: look.rtl ? 0 : 'auto',
      icon: 'roundRect',
      itemWidth: 14,
      itemHeight: 4,
      textStyle: { color: look.ink, fontFamily: look.font },
    },
    tooltip: tooltip(look),
    xAxis: {
      ...axis(look),
      type: 'category',
      boundaryGap: false,
      data: at.map(words.day),
      inverse: look.rtl,
      splitLine: { show: false },
    },
    yAxis: {
      ...axis(look),
      type: 'value',
      position: look.rtl ? 'right' : 'left',
      minInterval: 1,
      name: words.y,
      nameTextStyle: { color: look.inkSoft, fontFamily: look.font, align: look.rtl ? 'right' : 'left' },
    },
    series: lines.map((line, i) => ({
      type: 'line',
      name: line.name,
      data: line.values,
      showSymbol: line.values.length < 3,
      lineStyle: { width: i === lines.length - 1 ? 3 : 2, type: i === 0 ? 'dashed' : 'solid' },
      ...(i === lines.length - 1 ? { areaStyle: { opacity: 0.14 } } : {}),
    })),
  })

/** Stated certainty beside what audits confirm: on the dashed line the two agree; a larger dot stands for more audits. */
export const calibration =
  (
    points: { stated: number; right: number; n: number }[],
    words: { x: string; y: string; figure: (share: number) => string },
  ) =>
  (look: ChartLook): EChartsCoreOption => {
    const most = Math.max(1, ...points.map((p) => p.n))
    const low = Math.min(0.5, ...points.map((p) => p.right))
    const scale = {
      ...axis(look),
      type: 'value' as const,
      max: 1,
      axisLabel: { ...axis(look).axisLabel, formatter: words.figure },
    }
    return {
      grid: { ...GRID, bottom: 32 },
      tooltip: { ...tooltip(look), trigger: 'item' as const },
      xAxis: { ...scale, min: 0.5, inverse: look.rtl, name: words.x, nameLocation: 'middle', nameGap: 30 },
      yAxis: {
        ...scale,
        min: Math.floor(low * 10) / 10,
        position: look.rtl ? 'right' : 'left',
        name: words.y,
        nameTextStyle: { color: look.inkSoft, fontFamily: look.font, align: look.rtl ? 'right' : 'left' },
      },
      series: [
        {
          type: 'line',
          data: [
            [0.5, 0.5],
            [1, 1],
          ],
          symbol: 'none',
          silent: true,
          lineStyle: { color: look.inkSoft, type: 'dashed', width: 1.5 },
        },
        {
          type: 'line',
          data: points.map((p) => ({ value: [p.stated, p.right], symbolSize: 8 + 18 * Math.sqrt(p.n / most) })),
          symbol: 'circle',
          lineStyle: { color: look.palette[1], width: 2 },
          itemStyle: { color: look.palette[1] },
        },
      ],
    }
  }
