import { chartOptions } from './chart-rules.ts'
import type { Chart, Report } from './contract.ts'

const WIDTH = 760
const HEIGHT: Record<Chart, number> = {
  acceptance: 160,
  qa: 380,
  time_to_decision: 360,
  reviews_each: 360,
  approval: 360,
  timeline: 400,
}
const BAR_HEIGHT = 60

/** The drawing library with the parts that reports use; loaded at the first chart and not before. */
async function library() {
  const [core, charts, components, renderers] = await Promise.all([
    import('echarts/core'),
    import('echarts/charts'),
    import('echarts/components'),
    import('echarts/renderers'),
  ])
  core.use([
    charts.BarChart,
    charts.LineChart,
    charts.ScatterChart,
    components.GridComponent,
    components.LegendComponent,
    components.TitleComponent,
    renderers.SVGRenderer,
  ])
  return core
}
let loaded: ReturnType<typeof library> | undefined

/** Draws a report's chart as SVG text, without a browser. */
export async function drawChart(report: Report, chart: Chart): Promise<string> {
  const { init } = await (loaded ??= library())
  const height = HEIGHT[chart] + (chart === 'acceptance' ? BAR_HEIGHT * report.by_task_class.length : 0)
  const drawing = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height })
  try {
    drawing.setOption(chartOptions(report, chart))
    return drawing.renderToSVGString()
  } finally {
    drawing.dispose()
  }
}
