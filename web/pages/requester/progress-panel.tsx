import { Link } from '@tanstack/react-router'
import { useT } from '../../app/i18n.ts'
import { Notice } from '../../ui/badge.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { Money } from '../../ui/money.tsx'
import { ProgressBar } from '../../ui/progress.tsx'
import { Stat, StatRow } from '../../ui/stat.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import { useNumbers } from '../desk/numbers.ts'
import type { ManagedView, ProgressView } from './queries.ts'
import { StateBar } from './state-bar.tsx'

/** Live counts, cost and pace; the figures move while one looks. */
export function ProgressPanel({ campaign, progress }: { campaign: ManagedView; progress: ProgressView }) {
  const t = useT('requester')
  const n = useNumbers()
  const { submissions: s, items } = progress
  return (
    <div className="grid gap-6">
      {progress.status === 'pilot' ? (
        <Notice tone="info" title={t('requester:pilot.title')}>
          {t('requester:pilot.why', { count: campaign.pilot_size })}
        </Notice>
      ) : null}
      {progress.open_flags > 0 ? (
        <Notice tone="warn">
          <Link className="link" to={`/requests/${campaign.campaign_id}`} search={{ tab: 'flags' } as never}>
            {t('requester:progress.flags', { count: progress.open_flags })}
          </Link>
        </Notice>
      ) : null}
      <Card className="grid gap-6">
        <ProgressBar
          value={progress.accepted}
          max={progress.quota}
          tone="good"
          label={t(campaign.mode === 'review' ? 'requester:progress.accepted' : 'requester:progress.answered')}
          detail={`${n.int(progress.accepted)} / ${n.int(progress.quota)}`}
        />
        <StatRow>
          <Stat
            label={t('requester:progress.cost')}
            value={
              progress.cost_per_accepted.length > 0
                ? progress.cost_per_accepted.map((m) => <Money key={m.currency} {...m} className="block" />)
                : '–'
            }
            meaning={t('requester:progress.cost_means')}
          />
          <Stat
            label={t('requester:progress.eta')}
            value={progress.expected_by ? <RelativeTime at={progress.expected_by} className="text-xl" /> : '–'}
            note={t('requester:progress.last_day', { count: progress.accepted_last_day })}
            meaning={t('requester:progress.eta_means')}
          />
          <Stat
            label={t('requester:progress.leased')}
            value={n.int(progress.leased)}
            meaning={t('requester:progress.leased_means')}
          />
          <Stat
            label={t('requester:progress.people')}
            value={n.int(progress.contributors)}
            note={t('requester:progress.reviewers', { count: progress.reviewers })}
          />
        </StatRow>
        <p className="flex items-center gap-2 text-xs text-ink-faint">
          <span aria-hidden="true" className="size-2 animate-pulse rounded-full bg-good" />
          {t('requester:progress.live')} <RelativeTime at={progress.measured_at} />
        </p>
      </Card>
      <div className="grid items-start gap-6 lg:grid-cols-2">
        <Card>
          <SectionHead title={t('requester:progress.submissions')} />
          <StateBar
            label={t('requester:progress.submissions')}
            parts={[
              { key: 'accepted', count: s.accepted, tone: 'bg-chart-2' },
              { key: 'answered', count: s.answered, tone: 'bg-chart-3' },
              { key: 'in_review', count: s.in_review, tone: 'bg-chart-4' },
              { key: 'rejected', count: s.rejected, tone: 'bg-chart-1' },
              { key: 'rejected_final', count: s.rejected_final, tone: 'bg-chart-5' },
              { key: 'withdrawn', count: s.withdrawn, tone: 'bg-chart-6' },
            ].map((p) => ({ ...p, label: t(`requester:submission_state.${p.key}`) }))}
          />
        </Card>
        <Card>
          <SectionHead title={t('requester:progress.items')} />
          <StateBar
            label={t('requester:progress.items')}
            parts={[
              { key: 'done', count: items.done, tone: 'bg-chart-2' },
              { key: 'open', count: items.open, tone: 'bg-chart-3' },
              { key: 'waiting', count: items.waiting, tone: 'bg-chart-6' },
              { key: 'unresolved', count: items.unresolved, tone: 'bg-chart-4' },
              { key: 'exhausted', count: items.exhausted, tone: 'bg-chart-1' },
              { key: 'broken', count: items.broken, tone: 'bg-chart-5' },
            ].map((p) => ({ ...p, label: t(`requester:item_state.${p.key}`) }))}
          />
        </Card>
      </div>
      <Card>
        <SectionHead title={t('requester:progress.money')} hint={t('requester:progress.money_hint')} />
        <div className="grid gap-6">
          {progress.budget.map((b) => (
            <div key={b.currency} className="grid gap-4">
              <StatRow>
                <Stat
                  label={t('requester:money.funded')}
                  value={<Money amount_minor={b.funded_minor} currency={b.currency} />}
                />
                <Stat
                  label={t('requester:money.spent')}
                  value={<Money amount_minor={b.spent_minor} currency={b.currency} />}
                />
                <Stat
                  label={t('requester:money.left')}
                  value={<Money amount_minor={b.left_minor} currency={b.currency} />}
                  meaning={t('requester:money.left_means')}
                />
                <Stat
                  label={t('requester:money.worst_case')}
                  value={<Money amount_minor={b.worst_case_minor} currency={b.currency} />}
                  meaning={t('requester:money.worst_case_means')}
                />
              </StatRow>
            </div>
          ))}
        </div>
      </Card>
    </div>
  )
}
