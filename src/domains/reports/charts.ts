import { chartOptions } from './chart-rules.ts'
import type { Chart, Report } from './contract.ts'

const WIDTH = 760
const HEIGHT: Record<Chart, number> = { acceptance: 340, qa: 380, time_to_decision: 360, reviews_each: 360, approval: 360, timeline: 400 }

/** Draws a report's chart as SVG text, without a browser. The library is loaded at the first chart and not before. */
export async function drawChart(report: Report, chart: Chart): Promise<string> {
  const { init } = await import('echarts')
  const height = chart === 'acceptance' ? Math.max(HEIGHT.acceptance - 120, 160 + 60 * report.by_task_class.length) : HEIGHT[chart]
  const drawing = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height })
  try {
    drawing.setOption(chartOptions(report, chart))
    return drawing.renderToSVGString()
  } finally {
    drawing.dispose()
  }
}
