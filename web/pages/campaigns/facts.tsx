import type { ReactNode } from 'react'
import { useLanguage, useT } from '../../app/i18n.ts'
import { DateTime } from '../../ui/time.tsx'
import { groupName } from '../desk/groups.ts'
import { Amounts } from './amounts.tsx'
import { duration, percent } from './figures.ts'
import type { CampaignPage } from './queries.ts'

/** Pay, time and limits, each in its own line. */
export function Facts({ campaign: c }: { campaign: CampaignPage }) {
  const t = useT('campaigns', 'desk', 'pay')
  const { locale, language } = useLanguage()
  const n = (value: number) => new Intl.NumberFormat(locale).format(value)
  const rows: [string, ReactNode, ReactNode?][] = [
    [
      t('campaigns:facts.contribute'),
      <Amounts key="a" amounts={c.contribute} />,
      c.bonus_bps > 0 ? t('campaigns:facts.bonus', { percent: percent(c.bonus_bps, locale) }) : undefined,
    ],
    [t('campaigns:facts.review'), <Amounts key="b" amounts={c.review} />],
  ]
  const { reviewer_pay, hold, novelty, scarcity } = c.pay
  if (reviewer_pay)
    rows.push([
      t('pay:facts.review'),
      t('pay:facts.base', { share: percent(reviewer_pay.base_bps, locale) }),
      t('pay:facts.window', { count: reviewer_pay.window_days }),
    ])
  if (hold)
    rows.push([
      t('pay:facts.hold'),
      t('pay:facts.hold_share', { share: percent(hold.share_bps, locale) }),
      t('pay:facts.hold_days', { count: hold.days }),
    ])
  if (novelty)
    rows.push([
      t('pay:facts.novelty'),
      t('pay:facts.novelty_most', { share: percent(novelty.most_bps, locale) }),
      t('pay:facts.novelty_note'),
    ])
  if (scarcity) rows.push([t('pay:facts.scarcity'), t('pay:facts.scarcity_daily'), t('pay:facts.scarcity_note')])
  if (c.hourly)
    rows.push([
      t(`campaigns:hourly.${c.hourly.basis}`),
      <Amounts key="c" amounts={c.hourly.amounts} />,
      t(`campaigns:hourly_meaning.${c.hourly.basis}`, { time: duration(c.hourly.seconds, locale) }),
    ])
  if (c.min_seconds_contribute > 0)
    rows.push([t('campaigns:facts.min_time'), duration(c.min_seconds_contribute, locale)])
  rows.push([
    t('campaigns:facts.places'),
    t('campaigns:places_left', { count: c.places_left }),
    t('campaigns:facts.accepted', { accepted: c.accepted, quota: c.quota }),
  ])
  if (c.caps.contribute_daily) rows.push([t('campaigns:facts.daily'), n(c.caps.contribute_daily)])
  if (c.caps.contribute_total) rows.push([t('campaigns:facts.total'), n(c.caps.contribute_total)])
  const { by, least, most } = c.judging
  rows.push([
    t('campaigns:judging.title'),
    t(`campaigns:judging.${by}`, { least, most }),
    t(`campaigns:judging.${by}_note`),
  ])
  if (c.routing)
    rows.push([
      t('campaigns:routing.title'),
      t('campaigns:routing.newcomers', { count: c.routing.newcomer_daily }),
      t('campaigns:routing.known', { share: percent(c.routing.least_bps, locale) }),
    ])
  for (const q of c.group_quotas)
    rows.push([
      t('campaigns:group_quota.title'),
      t('campaigns:group_quota.most', {
        share: percent(q.most_bps, locale),
        group: groupName(q.trait, q.value, language, t),
      }),
    ])
  if (c.answers_leave)
    rows.push([t('campaigns:answers_leave.title'), t('campaigns:answers_leave.yes'), t('campaigns:answers_leave.note')])
  if (c.exam)
    rows.push([
      t('campaigns:facts.exam'),
      t('campaigns:facts.exam_of', { count: c.exam.questions }),
      t('campaigns:facts.exam_mark', { percent: percent(c.exam.pass_bps, locale) }),
    ])
  rows.push([t('campaigns:facts.licence'), <bdi key="l">{c.consent.licence}</bdi>])
  if (c.deadline) rows.push([t('campaigns:facts.deadline'), <DateTime key="d" at={c.deadline} />])
  rows.push([t('campaigns:facts.season'), <bdi key="s">{c.season.name}</bdi>])
  return (
    <dl className="grid gap-3 text-sm">
      {rows.map(([name, value, note]) => (
        <div key={name} className="flex items-baseline justify-between gap-6">
          <dt className="text-ink-soft">{name}</dt>
          <dd className="text-end">
            <span className="font-semibold">{value}</span>
            {note ? <span className="block text-ink-soft">{note}</span> : null}
          </dd>
        </div>
      ))}
    </dl>
  )
}
