import type { Report } from './report.ts'

const SHOWN = 40

/** A report as a person reads it. */
export function reportText(r: Report): string {
  const c = r.counted
  const lines = [
    `Season "${r.season}", log ${r.origin}`,
    `  ${c.entries} entries with the root ${r.root}, ${SIGNED[r.signed]}`,
    `  ${c.openings} entries opened; reckoned again: ${c.decisions} decisions from ${c.votes} votes, ${c.rewards} payments, ${c.windows} windows, ${c.releases} releases, ${c.certificates} certificates, ${c.epochs} epochs`,
    ...r.money.map(
      (m) =>
        `  campaign ${m.campaign}: funded ${m.funded} ${m.currency}, paid ${m.paid}, forfeited ${m.forfeited}, returned ${m.returned}, left ${m.left}; of what is paid ${m.held} is held, ${m.frozen} frozen, ${m.thawed} claimable or claimed`,
    ),
    '',
    r.findings_in_all === 0 ? 'All that can be reckoned again is equal.' : `${r.findings_in_all} differences:`,
    ...r.findings.slice(0, SHOWN).map((f) => `  ${f.message}`),
    ...(r.findings_in_all > SHOWN
      ? [`  … and ${r.findings_in_all - SHOWN} more; --json lists the first ${r.findings.length}.`]
      : []),
    '',
    'Not reckoned again:',
    ...r.unchecked.map((u) => `  ${u.n === undefined ? '' : `${u.n} `}${u.what}: ${u.why}`),
  ]
  return `${lines.join('\n')}\n`
}

const SIGNED: Record<Report['signed'], string> = {
  trusted: 'signed by the key you gave',
  unknown: "signed by the folder's own key (to know whose it is, give the installation's with --public-key)",
  no: 'signed by nobody we can tell',
}
