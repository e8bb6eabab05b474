import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { client } from '../../app/api.ts'
import { learnScales } from '../../app/currencies.ts'
import { useT } from '../../app/i18n.ts'
import { SignedIn } from '../../shell/signed-in.tsx'
import { Notice } from '../../ui/badge.tsx'
import { LinkButton } from '../../ui/button.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { Page } from '../../ui/page.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { DateTime, RelativeTime } from '../../ui/time.tsx'
import { Loaded } from '../desk/loaded.tsx'
import { Evidence, type Mine, SanctionCard } from './sanction-card.tsx'
import { WaitingCard } from './waiting-card.tsx'

export const standingKey = ['my_standing'] as const

/** What is held against one, in words: what it does, until when, what money waits, and how to say something to it. */
export function MyStandingPage() {
  const t = useT('standing')
  return (
    <Page title={t('standing:title')} lead={t('standing:lead')} width="narrow">
      <SignedIn>
        {() => (
          <>
            <Standing />
            <p className="text-sm">
              <Link to="/drives" className="link">
                {t('standing:drives')}
              </Link>
            </p>
          </>
        )}
      </SignedIn>
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
            {waiting.length > 0 ? <WaitingCard items={waiting} /> : null}
            {mine.cases.map((c) => (
              <CaseCard key={c.case_id} item={c} />
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

/** An open case in brief; its own page has the rest. */
function CaseCard({ item: c }: { item: Mine['cases'][number] }) {
  const t = useT('standing')
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
      ) : null}
      <LinkButton to={`/my-standing/${c.case_id}`} kind="secondary" className="justify-self-start">
        {t(c.statement === null ? 'standing:case.read_and_answer' : 'standing:case.read')}
      </LinkButton>
    </Card>
  )
}
