import { useQuery } from '@tanstack/react-query'
import { client } from '../../app/api.ts'
import { learnScales } from '../../app/currencies.ts'
import { useLanguage, useRefusalWords, useT } from '../../app/i18n.ts'
import { Badge, Notice } from '../../ui/badge.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { Money } from '../../ui/money.tsx'
import { DataTable } from '../../ui/table.tsx'
import { DateTime } from '../../ui/time.tsx'
import { Loaded } from '../desk/loaded.tsx'
import { useNumbers } from '../desk/numbers.ts'
import type { CaseView } from './case-page.tsx'

type Preview = Awaited<ReturnType<typeof client.caseDesk.preview>>
type Effect = Preview['items'][number]

/** What each sanction would do now, worked out by the server with the rules that would then act. */
export function usePreview(caseId: string, days?: number) {
  return useQuery({
    queryKey: ['cases', 'preview', caseId, days ?? null],
    queryFn: async () => {
      const told = await client.caseDesk.preview({
        params: { case_id: caseId },
        query: days === undefined ? {} : { days },
      })
      learnScales(told.items.flatMap((e) => e.money ?? []).map((m) => ({ code: m.currency, scale: m.scale })))
      return told
    },
    staleTime: 0,
  })
}

/** All of them beside each other, and whom they would not touch. */
export function Effects({ file }: { file: CaseView }) {
  const t = useT('cases', 'standing')
  const query = usePreview(file.case_id)
  if (file.state === 'closed') return null
  return (
    <Card className="grid gap-4">
      <SectionHead title={t('cases:effects.title')} hint={t('cases:effects.hint')} />
      <Facts file={file} />
      <Loaded query={query} lines={5}>
        {(told) => (
          <>
            <p className="text-sm">
              {told.others > 0 ? t('cases:effects.others', { count: told.others }) : t('cases:effects.nobody_else')}
            </p>
            <DataTable
              caption={t('cases:effects.title')}
              rows={told.items}
              rowKey={(e) => e.action}
              columns={[
                {
                  key: 'action',
                  head: t('cases:effects.action'),
                  main: true,
                  cell: (e) => (
                    <>
                      {t(`standing:action.${e.action}.title`)}
                      {e.action === file.proposal?.action ? (
                        <span className="ms-2">
                          <Badge tone="warn">{t('cases:effects.proposed')}</Badge>
                        </span>
                      ) : null}
                    </>
                  ),
                },
                { key: 'money', head: t('cases:effects.money'), cell: (e) => <MoneyOf effect={e} /> },
                { key: 'work', head: t('cases:effects.work'), cell: (e) => <WorkOf effect={e} /> },
                { key: 'until', head: t('cases:effects.until'), cell: (e) => <UntilOf effect={e} /> },
                { key: 'who', head: t('cases:effects.who'), cell: (e) => <WhoOf effect={e} /> },
              ]}
            />
          </>
        )}
      </Loaded>
    </Card>
  )
}

/** What there is now: work in hand, what was wrong before, and, for operators, money. */
function Facts({ file: { stakes } }: { file: CaseView }) {
  const t = useT('cases')
  const n = useNumbers()
  return (
    <dl className="grid grid-cols-[1fr_auto] gap-x-6 gap-y-1 text-sm sm:max-w-md">
      <dt className="text-ink-soft">{t('cases:stakes.leases')}</dt>
      <dd className="text-end">{n.int(stakes.leases)}</dd>
      <dt className="text-ink-soft">{t('cases:stakes.earlier')}</dt>
      <dd className="text-end">
        {t('cases:stakes.earlier_of', {
          count: stakes.earlier_sanctions,
          overturned: n.int(stakes.overturned_sanctions),
        })}
      </dd>
      {stakes.money.map((m) => (
        <div key={`${m.currency}.${m.state}`} className="contents">
          <dt className="text-ink-soft">{t(`cases:stakes.${m.state}`)}</dt>
          <dd className="text-end">
            <Money amount_minor={m.amount_minor} currency={m.currency} />
          </dd>
        </div>
      ))}
      {stakes.waits.map((m) => (
        <div key={m.currency} className="contents">
          <dt className="text-ink-soft">{t('cases:stakes.waits')}</dt>
          <dd className="text-end">
            <Money amount_minor={m.amount_minor} currency={m.currency} />
          </dd>
        </div>
      ))}
    </dl>
  )
}

function MoneyOf({ effect: e }: { effect: Effect }) {
  const t = useT('cases')
  if (e.money === null) return <span className="text-ink-soft">{t('cases:effects.money_hidden')}</span>
  const touched = e.money.filter((m) => m.waits_minor !== '0' || m.taken_minor !== '0')
  if (touched.length === 0) return <span className="text-ink-soft">{t('cases:effects.no_money')}</span>
  return (
    <ul className="grid gap-1">
      {touched.map((m) => (
        <li key={m.currency} className="grid gap-0.5">
          {m.waits_minor !== '0' ? (
            <span>
              <Money amount_minor={m.waits_minor} currency={m.currency} /> {t('cases:effects.waits')}
              {m.waits_until ? (
                <>
                  {' '}
                  <DateTime at={m.waits_until} dateOnly />
                </>
              ) : null}
            </span>
          ) : null}
          {m.taken_minor !== '0' ? (
            <span className="font-semibold text-bad-ink">
              <Money amount_minor={m.taken_minor} currency={m.currency} /> {t('cases:effects.taken')}{' '}
              <DateTime at={e.ends_at} dateOnly />
            </span>
          ) : null}
        </li>
      ))}
    </ul>
  )
}

function WorkOf({ effect: e }: { effect: Effect }) {
  const t = useT('cases')
  return e.action === 'suspend' ? (
    <>{e.leases > 0 ? t('cases:effects.stops', { count: e.leases }) : t('cases:effects.stops_none')}</>
  ) : (
    <span className="text-ink-soft">{t('cases:effects.goes_on')}</span>
  )
}

function UntilOf({ effect: e }: { effect: Effect }) {
  const t = useT('cases')
  return (
    <span className="grid">
      <DateTime at={e.ends_at} dateOnly />
      <span className="text-ink-soft">
        {t('cases:effects.appeal')} <DateTime at={e.appeal_until} dateOnly />
      </span>
    </span>
  )
}

function WhoOf({ effect: e }: { effect: Effect }) {
  const t = useT('cases')
  const words = useRefusalWords()
  const { language } = useLanguage()
  if (e.refusal)
    return (
      <span className="text-ink-soft">
        {language === 'en'
          ? e.refusal.message
          : words(`refusals:${e.refusal.code}`, { ...e.refusal.detail, defaultValue: e.refusal.message })}
      </span>
    )
  return (
    <span className="grid">
      {e.next === 'confirm'
        ? t('cases:effects.you_second')
        : e.takes_two
          ? t('cases:effects.you_and', { count: e.confirmers })
          : t('cases:effects.you_alone')}
      <span className={e.answerers === 0 ? 'font-semibold text-warn-ink' : 'text-ink-soft'}>
        {e.answerers === 0 ? t('cases:effects.nobody_left') : t('cases:effects.left', { count: e.answerers })}
      </span>
    </span>
  )
}

/** What the one sanction that is being written would do, beside its fields. */
export function EffectNow({
  caseId,
  action,
  days,
}: {
  caseId: string
  action: Effect['action']
  days: number | undefined
}) {
  const t = useT('cases')
  const query = usePreview(caseId, days)
  const e = query.data?.items.find((item) => item.action === action)
  if (!e) return null
  return (
    <Notice tone={e.refusal ? 'warn' : 'info'} title={t('cases:effects.this')}>
      <dl className="grid gap-x-4 gap-y-1 sm:grid-cols-[auto_1fr]">
        <dt className="font-semibold">{t('cases:effects.money')}</dt>
        <dd>
          <MoneyOf effect={e} />
        </dd>
        <dt className="font-semibold">{t('cases:effects.work')}</dt>
        <dd>
          <WorkOf effect={e} />
        </dd>
        <dt className="font-semibold">{t('cases:effects.until')}</dt>
        <dd>
          <UntilOf effect={e} />
        </dd>
        <dt className="font-semibold">{t('cases:effects.who')}</dt>
        <dd>
          <WhoOf effect={e} />
        </dd>
      </dl>
    </Notice>
  )
}
