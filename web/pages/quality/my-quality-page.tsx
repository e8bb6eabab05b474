import { useQuery } from '@tanstack/react-query'
import { client } from '../../app/api.ts'
import { useLanguage, useT } from '../../app/i18n.ts'
import { SignedIn } from '../../shell/signed-in.tsx'
import { LinkButton } from '../../ui/button.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { Intervals } from '../../ui/intervals.tsx'
import { Page } from '../../ui/page.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { Loaded } from '../desk/loaded.tsx'
import { useNumbers } from '../desk/numbers.ts'
import { directionOf, isWide, type Mine, movementOf } from './movement.ts'
import { Trend } from './trend.tsx'

/** How reliable one's work is, by kind of task: the figure, how sure it is, how it moved, and what it rests on. */
export function MyQualityPage() {
  const t = useT('quality')
  return (
    <Page
      title={t('quality:mine.title')}
      lead={t('quality:mine.lead')}
      back={{ to: '/my-work', label: t('common:nav.my_work') }}
    >
      <SignedIn>{() => <Figures />}</SignedIn>
    </Page>
  )
}

function Figures() {
  const t = useT('quality')
  const query = useQuery({ queryKey: ['my_reliability'], queryFn: () => client.reliability.mine() })
  return (
    <Loaded query={query}>
      {({ items }) =>
        items.length === 0 ? (
          <EmptyState
            icon="balance"
            title={t('quality:mine.none')}
            actions={<LinkButton to="/campaigns">{t('quality:mine.find')}</LinkButton>}
          >
            {t('quality:mine.none_why')}
          </EmptyState>
        ) : (
          <div className="grid gap-6">
            {items.map((m) => (
              <Figure key={`${m.task_class}.${m.role}`} mine={m} />
            ))}
            <Card>
              <SectionHead title={t('quality:mine.use')} />
              <ul className="grid max-w-prose list-disc gap-1 ps-5 text-sm text-ink-soft">
                <li>{t('quality:mine.use_votes')}</li>
                <li>{t('quality:mine.use_work')}</li>
                <li>{t('quality:mine.use_private')}</li>
              </ul>
            </Card>
          </div>
        )
      }
    </Loaded>
  )
}

function Figure({ mine: m }: { mine: Mine }) {
  const t = useT('quality', 'desk')
  const n = useNumbers()
  const share = (bps: number) => n.percent(bps / 10_000)
  const heading = `${t(`desk:task_class.${m.task_class}`)} · ${t(`quality:role.${m.role}`)}`
  return (
    <Card className="grid gap-5">
      <SectionHead title={heading} hint={t(`quality:role_means.${m.role}`)} />
      <Intervals
        label={heading}
        tick={(percent) => n.percent(percent / 100, 0)}
        rows={[
          {
            key: m.role,
            label: t('quality:mine.right'),
            value: share(m.mean_bps),
            detail: t('quality:mine.between', { low: share(m.low_bps), high: share(m.high_bps) }),
            share: m.mean_bps / 10_000,
            low: m.low_bps / 10_000,
            high: m.high_bps / 10_000,
          },
        ]}
      />
      <div className="grid items-start gap-6 sm:grid-cols-2">
        <Why mine={m} />
        {m.history.length > 1 ? (
          <Trend history={m.history} />
        ) : (
          <p className="text-sm text-ink-soft">{t('quality:trend.first_day')}</p>
        )}
      </div>
    </Card>
  )
}

/** What the figure rests on and why it moved, with the person's own numbers. */
function Why({ mine: m }: { mine: Mine }) {
  const t = useT('quality')
  const n = useNumbers()
  const { locale } = useLanguage()
  const moved = movementOf(m)
  const day = (d: string) =>
    new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(`${d}T00:00:00Z`))
  const direction = moved && directionOf(moved.change_bps)
  return (
    <div className="grid gap-2 text-sm">
      <h3 className="text-base">{t('quality:why.title')}</h3>
      <p>{t(`quality:why.${m.role}`, { count: m.judged, confirmed: m.confirmed })}</p>
      {m.audited > 0 ? (
        <p>{t(`quality:why.audited_${m.role}`, { count: m.audited, right: m.audited_right })}</p>
      ) : (
        <p className="text-ink-soft">{t('quality:why.no_audit')}</p>
      )}
      <p className="text-ink-soft">{isWide(m) ? t('quality:why.wide') : t('quality:why.narrow')}</p>
      {moved && direction ? (
        <p>
          {t(`quality:moved.${direction}`, {
            day: day(moved.since),
            points: n.decimal(String(Math.abs(moved.change_bps) / 100), 1),
          })}{' '}
          {moved.judged > 0
            ? t('quality:moved.decided', { count: moved.judged, confirmed: moved.confirmed })
            : t('quality:moved.others')}{' '}
          {moved.audited > 0 ? t('quality:moved.audited', { count: moved.audited, right: moved.audited_right }) : ''}
        </p>
      ) : null}
    </div>
  )
}
