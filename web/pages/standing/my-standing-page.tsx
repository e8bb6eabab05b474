import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../../app/api.ts'
import { learnScales } from '../../app/currencies.ts'
import { useT } from '../../app/i18n.ts'
import { SignedIn } from '../../shell/signed-in.tsx'
import { Badge, Notice, type Tone } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { Money } from '../../ui/money.tsx'
import { Page } from '../../ui/page.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { DateTime, RelativeTime } from '../../ui/time.tsx'
import { Loaded } from '../desk/loaded.tsx'
import { Words } from './words.tsx'

type Mine = Awaited<ReturnType<typeof client.standing.mine>>
type OwnCase = Mine['cases'][number]
type OwnSanction = Mine['sanctions'][number]
export const standingKey = ['my_standing'] as const

/** What is held against one, in words: what it does, until when, what money waits, and how to say something to it. */
export function MyStandingPage() {
  const t = useT('standing')
  return (
    <Page title={t('standing:title')} lead={t('standing:lead')} width="narrow">
      <SignedIn>{() => <Standing />}</SignedIn>
    </Page>
  )
}

async function readStanding() {
  const mine = await client.standing.mine()
  learnScales(mine.waiting.map((w) => ({ code: w.currency, scale: w.scale })))
  return mine
}

function Standing() {
  const t = useT('standing')
  const query = useQuery({ queryKey: standingKey, queryFn: readStanding })
  return (
    <Loaded query={query}>
      {(mine) => {
        const waiting = mine.waiting.filter((w) => w.waits_minor !== '0')
        const isClear = mine.cases.length === 0 && mine.sanctions.length === 0 && waiting.length === 0
        return isClear ? (
          <EmptyState icon="check" title={t('standing:clear')}>
            {t('standing:clear_why')}
          </EmptyState>
        ) : (
          <div className="grid gap-6">
            {waiting.length > 0 ? <Waiting items={waiting} /> : null}
            {mine.cases.map((c) => (
              <Case key={c.case_id} item={c} />
            ))}
            {mine.sanctions.map((s) => (
              <SanctionCard key={s.sanction_id} item={s} />
            ))}
            <p className="max-w-prose text-sm text-ink-soft">{t('standing:yours')}</p>
          </div>
        )
      }}
    </Loaded>
  )
}

/** Money that waits, why, and until when at most. */
function Waiting({ items }: { items: Mine['waiting'] }) {
  const t = useT('standing')
  return (
    <Card className="grid gap-4">
      <SectionHead title={t('standing:waiting.title')} hint={t('standing:waiting.hint')} />
      <ul className="grid gap-3">
        {items.map((w) => (
          <li key={w.currency} className="rounded-md border border-line p-3">
            <p className="font-semibold">
              <Money amount_minor={w.waits_minor} currency={w.currency} /> {t('standing:waiting.waits')}
            </p>
            <p className="text-sm text-ink-soft">
              {t('standing:waiting.free')} <Money amount_minor={w.withdrawable_minor} currency={w.currency} />
              {w.until ? (
                <>
                  {' · '}
                  {t('standing:until')} <DateTime at={w.until} />
                </>
              ) : null}
            </p>
            <ul className="mt-2 grid list-disc gap-1 ps-5 text-sm">
              {w.why.map((why) => (
                <li key={why}>{t(`standing:why.${why}`)}</li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </Card>
  )
}

function Case({ item: c }: { item: OwnCase }) {
  const t = useT('standing')
  const [answering, setAnswering] = useState(false)
  return (
    <Card className="grid gap-4">
      <SectionHead title={t('standing:case.title')} hint={t('standing:case.hint')} />
      <Evidence kinds={c.evidence} />
      <p className="text-sm">
        {c.suspect_since ? (
          <>
            {t('standing:case.since')} <DateTime at={c.suspect_since} />.{' '}
          </>
        ) : null}
        {t('standing:case.decided_by')} <RelativeTime at={c.decide_by} />.
      </p>
      {c.statement !== null ? (
        <Notice tone="plain" title={t('standing:case.said')}>
          <p dir="auto" className="whitespace-pre-line">
            {c.statement}
          </p>
        </Notice>
      ) : answering ? (
        <Words
          label={t('standing:case.answer_label')}
          help={t('standing:case.answer_help')}
          action={t('standing:case.answer_send')}
          said={t('standing:case.answer_sent')}
          changes={[standingKey]}
          send={(statement) => client.standing.state({ params: { case_id: c.case_id }, body: { statement } })}
          onCancel={() => setAnswering(false)}
        />
      ) : (
        <Button kind="secondary" className="justify-self-start" onClick={() => setAnswering(true)}>
          {t('standing:case.answer')}
        </Button>
      )}
    </Card>
  )
}

const TONE: Record<OwnSanction['action'], Tone> = {
  warn: 'warn',
  limit: 'warn',
  hold: 'bad',
  suspend: 'bad',
  forfeit: 'bad',
}

function SanctionCard({ item: s }: { item: OwnSanction }) {
  const t = useT('standing')
  const [appealing, setAppealing] = useState(false)
  return (
    <Card className="grid gap-4">
      <SectionHead
        title={t(`standing:action.${s.action}.title`)}
        hint={t(`standing:action.${s.action}.does`)}
        actions={
          s.ended_at ? (
            <Badge tone="good">{t('standing:sanction.ended')}</Badge>
          ) : (
            <Badge tone={TONE[s.action]}>{t('standing:sanction.holds')}</Badge>
          )
        }
      />
      <blockquote className="border-s-4 border-line ps-4 whitespace-pre-line" dir="auto">
        {s.reason}
      </blockquote>
      <Evidence kinds={s.evidence} />
      <p className="text-sm text-ink-soft">
        {s.ended_at && s.ended_why ? (
          <>
            {t(`standing:ending.${s.ended_why}`)} (<DateTime at={s.ended_at} />)
          </>
        ) : (
          <>
            {t('standing:until')} <DateTime at={s.ends_at} />.{' '}
            {s.provisional ? t('standing:sanction.provisional') : null}
            {s.since ? (
              <>
                {' '}
                {t('standing:case.since')} <DateTime at={s.since} />.
              </>
            ) : null}
          </>
        )}
      </p>
      {s.appeal ? (
        <Notice
          tone={s.appeal.upheld ? 'good' : 'info'}
          title={t(
            s.appeal.upheld === null
              ? 'standing:appeal.open'
              : s.appeal.upheld
                ? s.appeal.answer === null
                  ? 'standing:appeal.missed'
                  : 'standing:appeal.upheld'
                : 'standing:appeal.dismissed',
          )}
        >
          <p dir="auto" className="whitespace-pre-line">
            {s.appeal.answer ?? s.appeal.reason}
          </p>
          {s.appeal.decided_at === null ? (
            <p>
              {t('standing:appeal.due')} <RelativeTime at={s.appeal.due_at} />
            </p>
          ) : null}
        </Notice>
      ) : s.may_appeal_until ? (
        appealing ? (
          <Words
            label={t('standing:appeal.label')}
            help={t('standing:appeal.help')}
            action={t('standing:appeal.send')}
            said={t('standing:appeal.sent')}
            changes={[standingKey]}
            send={(reason) => client.standing.appeal({ params: { sanction_id: s.sanction_id }, body: { reason } })}
            onCancel={() => setAppealing(false)}
          />
        ) : (
          <div className="grid justify-items-start gap-2">
            <Button kind="secondary" onClick={() => setAppealing(true)}>
              {t('standing:appeal.action')}
            </Button>
            <p className="text-sm text-ink-soft">
              {t('standing:appeal.what')} {t('standing:appeal.until')} <DateTime at={s.may_appeal_until} />.
            </p>
          </div>
        )
      ) : null}
    </Card>
  )
}

function Evidence({ kinds }: { kinds: readonly string[] }) {
  const t = useT('standing')
  return (
    <div className="text-sm">
      <p className="font-semibold">{t('standing:evidence.title')}</p>
      <ul className="grid list-disc gap-1 ps-5">
        {kinds.map((kind) => (
          <li key={kind}>{t(`standing:evidence.${kind}`)}</li>
        ))}
      </ul>
    </div>
  )
}
