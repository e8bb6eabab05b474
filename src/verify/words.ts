import type { MineReport } from './mine.ts'
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

/** A person's own part in words. */
export function mineText(m: MineReport): string {
  const pay = m.sums.map((s) => `${s.kind} ${s.amount_minor} ${s.currency}`).join(', ') || 'nothing'
  const lines = [
    '',
    'Yours:',
    `  ${m.entries} entries are in the log as they were shown to you: ${m.works} pieces of work, ${m.decided} of them decided; ${m.reviews} reviews${m.elsewhere > 0 ? `; ${m.elsewhere} entries of your file belong to other logs` : ''}`,
    `  paid to you by them: ${pay}`,
    ...(m.receipts.kept + m.receipts.waiting > 0
      ? [`  receipts: ${m.receipts.kept} kept, ${m.receipts.waiting} not due yet`]
      : []),
    ...m.notes.slice(0, SHOWN).map((n) => `  ${n}`),
    m.findings.length === 0 ? '  Nothing of yours is missing.' : `  ${m.findings.length} are missing or differ:`,
    ...m.findings.slice(0, SHOWN).map((f) => `  ${f}`),
  ]
  return `${lines.join('\n')}\n`
}
