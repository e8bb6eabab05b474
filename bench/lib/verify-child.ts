import { verifySeason } from '../../src/verify/season.ts'

const before = process.cpuUsage()
const from = performance.now()
const report = await verifySeason(process.argv[2]!, { threads: Number(process.argv[3]) })
const { user, system } = process.cpuUsage(before)
for (const f of report.findings.slice(0, 5)) process.stderr.write(`${f.message}\n`)
process.stdout.write(
  `${JSON.stringify({
    seconds: Math.round((performance.now() - from) / 10) / 100,
    // Of all threads together.
    cpu_seconds: Math.round((user + system) / 10_000) / 100,
    peak_mib: Math.round(process.resourceUsage().maxRSS / 1024),
    entries: report.counted.entries,
    votes: report.counted.votes,
    findings: report.findings_in_all,
  })}\n`,
)
