import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Notice, type Tone } from '../../ui/badge.tsx'
import { LinkButton } from '../../ui/button.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Page } from '../../ui/page.tsx'
import { DateTime } from '../../ui/time.tsx'
import { Loaded } from '../desk/loaded.tsx'
import { useNumbers } from '../desk/numbers.ts'
import { Picture } from './cards.tsx'
import { type CardCheck, checkCard } from './check-card.ts'
import { ether } from './ether.ts'

type Shown = Awaited<ReturnType<typeof client.gasId.card>>
const TONE: Record<CardCheck, Tone> = { signed: 'good', foreign: 'warn', wrong: 'bad', unable: 'info' }

/** A card that somebody shared, for everybody: the picture, the facts, and whether they are signed. */
export function GasCardPage() {
  const t = useT('gas')
  const { cardId } = useParams({ strict: false }) as { cardId: string }
  const query = useQuery({
    queryKey: ['gas_card', cardId],
    queryFn: () => client.gasId.card({ params: { card_id: cardId } }),
    retry: false,
  })
  return (
    <Page title={t('gas:public.title')} lead={t('gas:public.lead')}>
      <Loaded query={query}>{(shown) => <Facts shown={shown} />}</Loaded>
    </Page>
  )
}

function Facts({ shown }: { shown: Shown }) {
  const t = useT('gas')
  const n = useNumbers()
  const { card } = shown
  const check = useQuery({
    queryKey: ['gas_card_check', card.card_id],
    queryFn: async () => {
      const key = await client.certificates.key().catch(() => undefined)
      return checkCard({ card: shown.card, signature: shown.signature }, key?.public_key)
    },
    retry: false,
  })
  return (
    <div className="grid gap-6">
      <Picture
        base={`/v1/gas-cards/${card.card_id}`}
        alt={t('gas:card.alt', { level: card.level.name, beans: Number(card.beans) })}
      />
      <div className="flex flex-wrap gap-3">
        <LinkButton to="/gas-id">{t('gas:public.claim')}</LinkButton>
      </div>
      <div aria-live="polite">
        {check.data ? <Notice tone={TONE[check.data]}>{t(`gas:check.${check.data}`)}</Notice> : null}
      </div>
      <Card>
        <SectionHead title={t('gas:public.facts')} />
        <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-2">
          {card.handle ? (
            <Fact name={t('gas:public.of')}>
              <bdi>{card.handle}</bdi>
            </Fact>
          ) : null}
          <Fact name={t('gas:public.level')}>
            <bdi>{card.level.name}</bdi>
          </Fact>
          <Fact name={card.completeness === 'gaps' ? t('gas:level.at_least') : t('gas:level.spent')}>
            <bdi>{ether(card.total_wei, n.locale)}</bdi>
            {card.exact ? null : <span className="text-sm text-ink-soft"> {t('gas:public.rounded')}</span>}
          </Fact>
          <Fact name={t('gas:level.beans')}>{n.int(Number(card.beans))}</Fact>
          {card.chains.map((c) => (
            <Fact key={c.chain_id} name={<bdi>{c.name}</bdi>}>
              {t(`gas:complete.${c.completeness}`)}. {t('gas:complete.as_of', { block: n.int(c.as_of_block) })}{' '}
              <DateTime at={c.as_of_at} />
            </Fact>
          ))}
          {card.wallets ? (
            <Fact name={t('gas:public.wallets')}>
              <ul className="grid gap-1 font-mono text-sm break-all">
                {card.wallets.map((w) => (
                  <li key={w}>
                    <bdi>{w}</bdi>
                  </li>
                ))}
              </ul>
            </Fact>
          ) : null}
          <Fact name={t('gas:public.made')}>
            <DateTime at={card.issued_at} />
          </Fact>
        </dl>
      </Card>
      <Card>
        <SectionHead
          title={t('gas:public.signed')}
          hint={t('gas:public.signed_hint')}
          actions={
            <CopyButton
              text={JSON.stringify({ card: shown.card, signature: shown.signature }, null, 2)}
              label={t('gas:public.copy')}
            />
          }
        />
        <p className="font-mono text-sm break-all">
          <bdi>{shown.signature.key_id}</bdi>
        </p>
      </Card>
    </div>
  )
}

function Fact({ name, children }: { name: ReactNode; children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-soft">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  )
}
