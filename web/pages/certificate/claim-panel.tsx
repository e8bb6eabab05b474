import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useT } from '../../app/i18n.ts'
import { Badge, Notice } from '../../ui/badge.tsx'
import { Chart } from '../../ui/chart.tsx'
import { ProgressBar } from '../../ui/progress.tsx'
import { Stat, StatRow } from '../../ui/stat.tsx'
import { DateTime } from '../../ui/time.tsx'
import { Loaded } from '../desk/loaded.tsx'
import { useNumbers } from '../desk/numbers.ts'
import { CertificateOf } from './certificate-view.tsx'
import { boundCurve } from './curve.ts'
import { type Claim, claimQuery, type Place } from './queries.ts'
import { shareSaid } from './share-said.ts'

const TONES = { open: 'info', proved: 'good', failed: 'bad', withdrawn: 'plain' } as const

export function ClaimBadge({ state }: { state: Claim['state'] }) {
  const t = useT('certificate')
  return (
    <Badge tone={TONES[state]} {...(state === 'proved' && { icon: 'check' as const })}>
      {t(`certificate:state.${state}`)}
    </Badge>
  )
}

/** What is claimed about a release, for its requester: nothing at all where nothing is claimed. */
export function ClaimOfRelease(place: Place) {
  const query = useQuery(claimQuery(place))
  if (!query.data) return null
  return <ClaimPanel claim={query.data} />
}

/** How far a claim is, what it proves so far, and in the end the certificate. */
function ClaimPanel({ claim }: { claim: Claim }) {
  const t = useT('certificate')
  const n = useNumbers()
  const { state, audits, wrong, expected_audits } = claim
  const words = { at_least: shareSaid(n, claim.at_least), confidence: shareSaid(n, claim.confidence) }
  return (
    <div className="grid min-w-0 gap-5">
      <p className="flex flex-wrap items-center gap-3">
        <ClaimBadge state={state} />
        <span>{t('certificate:claimed', words)}</span>
      </p>
      {state === 'open' ? (
        <ProgressBar
          value={audits}
          max={expected_audits ?? claim.max_audits}
          tone="good"
          label={t('certificate:progress')}
          detail={
            expected_audits === null
              ? t('certificate:audits_of_most', { audits, most: claim.max_audits })
              : t('certificate:audits_of_about', { audits, about: expected_audits })
          }
        />
      ) : null}
      {state === 'failed' ? (
        <Notice tone="bad" title={t('certificate:state.failed')}>
          {claim.why === 'refuted' ? t('certificate:why.refuted') : t('certificate:why.spent')}
        </Notice>
      ) : null}
      {state === 'withdrawn' ? (
        <Notice tone="plain" title={t('certificate:state.withdrawn')}>
          <bdi>{claim.note}</bdi>
        </Notice>
      ) : null}
      <StatRow>
        <Stat
          label={t('certificate:bound')}
          value={audits === 0 ? '–' : n.percent(claim.right_at_least, 1)}
          meaning={t('certificate:bound_means', { confidence: words.confidence })}
        />
        <Stat
          label={t('certificate:audits')}
          value={n.int(audits)}
          note={
            claim.graded_ahead > 0
              ? t('certificate:ahead', { count: claim.graded_ahead })
              : t('certificate:of_lot', { count: claim.lot })
          }
          meaning={t('certificate:audits_means')}
        />
        <Stat label={t('certificate:wrong')} value={n.int(wrong)} meaning={t('certificate:wrong_means')} />
        <Stat
          label={t('certificate:differed')}
          value={n.int(claim.disagreements)}
          note={t('certificate:of_doubles', { count: claim.doubles })}
          meaning={t('certificate:differed_means')}
        />
      </StatRow>
      {claim.looks.length > 0 ? <Curve claim={claim} /> : null}
      {state === 'proved' ? <CertificateOf campaign_id={claim.campaign_id} release_id={claim.release_id} /> : null}
    </div>
  )
}

function Curve({ claim }: { claim: Claim }) {
  const t = useT('certificate')
  const n = useNumbers()
  const option = useMemo(
    () =>
      boundCurve([{ n: 0, share: 0 }, ...claim.looks.map((l) => ({ n: l.n, share: Number(l.right_at_least) }))], {
        x: t('certificate:audits'),
        bound: t('certificate:bound'),
        target: t('certificate:target'),
        percent: (share) => n.percent(share, 0),
        at_least: Number(claim.at_least),
      }),
    [claim, n, t],
  )
  return (
    <Chart
      label={t('certificate:curve')}
      note={t('certificate:curve_note')}
      option={option}
      height={240}
      table={{
        head: [t('certificate:audits'), t('certificate:wrong'), t('certificate:bound'), t('certificate:looked_at')],
        rows: claim.looks.map((l) => [
          n.int(l.n),
          n.int(l.wrong),
          n.percent(l.right_at_least, 2),
          <DateTime key={l.n} at={l.at} />,
        ]),
      }}
    />
  )
}

/** A claim wherever it is asked for, with what stands for it while it is on its way. */
export function LoadedClaim({ place, none }: { place: Place; none: React.ReactNode }) {
  const query = useQuery(claimQuery(place))
  return <Loaded query={query}>{(claim) => (claim ? <ClaimPanel claim={claim} /> : none)}</Loaded>
}
