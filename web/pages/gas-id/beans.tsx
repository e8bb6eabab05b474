import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { Stat, StatRow } from '../../ui/stat.tsx'
import { ErrorLine } from '../../ui/states.tsx'
import { useAct } from '../desk/act.ts'
import { useNumbers } from '../desk/numbers.ts'
import { ether, shortAddress } from './ether.ts'
import type { Overview } from './queries.ts'

const CHANGES = [['gas_id']] as const

/** How many Beans there are, and what they are not. */
export function BeansCard({ mine }: { mine: Overview }) {
  const t = useT('gas')
  const n = useNumbers()
  return (
    <Card>
      <SectionHead title={t('gas:beans.title')} hint={t('gas:beans.hint')} />
      <StatRow>
        <Stat label={t('gas:beans.balance')} value={n.int(Number(mine.beans.balance))} />
        <Stat label={t('gas:beans.from_gas')} value={n.int(Number(mine.beans.from_gas))} />
      </StatRow>
    </Card>
  )
}

/** What can be done once for Beans, and the bonus of the season. */
export function Quests({ mine }: { mine: Overview }) {
  const t = useT('gas')
  const said = (r: { beans: string }) => t('gas:quest.got', { count: Number(r.beans) })
  const claim = useAct((quest: string) => client.gasId.claim_quest({ params: { quest }, body: {} }), {
    changes: CHANGES,
    said,
  })
  const bonus = useAct((wallet_id: string) => client.gasId.claim_bonus({ body: { wallet_id } }), {
    changes: CHANGES,
    said,
  })
  return (
    <Card>
      <SectionHead title={t('gas:quest.title')} hint={t('gas:quest.hint')} />
      <ErrorLine error={claim.error ?? bonus.error} />
      <ul className="grid">
        {mine.quests.map((q) => (
          <li
            key={q.quest}
            className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-t border-line py-3"
          >
            <div className="min-w-0">
              <p className="font-semibold">{t(`gas:quest.${q.kind}`, { count: q.count ?? 1, level: q.level ?? '' })}</p>
              <p className="text-sm text-ink-soft">{t('gas:quest.worth', { count: Number(q.beans) })}</p>
            </div>
            {q.state === 'ready' ? (
              <Button
                size="small"
                busy={claim.isPending && claim.variables === q.quest}
                onClick={() => claim.mutate(q.quest)}
              >
                {t('gas:quest.claim')}
              </Button>
            ) : (
              <Badge tone={q.state === 'claimed' ? 'good' : 'plain'}>{t(`gas:quest.state.${q.state}`)}</Badge>
            )}
          </li>
        ))}
        {mine.season
          ? mine.bonus.wallets.map((b) => (
              <li
                key={b.wallet_id}
                className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-t border-line py-3"
              >
                <div className="min-w-0">
                  <p className="font-semibold">
                    {t('gas:bonus.title', { season: mine.season!.name })} ·{' '}
                    <bdi>{shortAddress(mine.wallets.find((w) => w.wallet_id === b.wallet_id)!.address)}</bdi>
                  </p>
                  <p className="text-sm text-ink-soft">
                    {t('gas:quest.worth', { count: Number(mine.bonus.beans) })} ·{' '}
                    {t('gas:bonus.from', { level: mine.bonus.from_level })}
                  </p>
                </div>
                {b.state === 'ready' ? (
                  <Button
                    size="small"
                    busy={bonus.isPending && bonus.variables === b.wallet_id}
                    onClick={() => bonus.mutate(b.wallet_id)}
                  >
                    {t('gas:quest.claim')}
                  </Button>
                ) : (
                  <Badge tone={b.state === 'claimed' ? 'good' : 'plain'}>{t(`gas:bonus.state.${b.state}`)}</Badge>
                )}
              </li>
            ))
          : null}
      </ul>
    </Card>
  )
}

/** Burned gas as a signal of trust: one wallet, this season, only if one likes. */
export function Trust({ mine }: { mine: Overview }) {
  const t = useT('gas')
  const n = useNumbers()
  const give = useAct((wallet_id: string) => client.gasId.give_trust({ body: { wallet_id } }), {
    changes: CHANGES,
    said: t('gas:trust.given_now'),
  })
  const address = (id: string) => shortAddress(mine.wallets.find((w) => w.wallet_id === id)?.address ?? '')
  return (
    <Card>
      <SectionHead
        title={t('gas:trust.title')}
        hint={t('gas:trust.hint', { amount: ether(mine.trust.burned_wei, n.locale) })}
      />
      <ErrorLine error={give.error} />
      {mine.season === null ? (
        <p className="text-sm text-ink-soft">{t('gas:trust.no_season')}</p>
      ) : (
        <ul className="grid">
          {mine.trust.wallets.map((w) => (
            <li
              key={w.wallet_id}
              className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-t border-line py-3"
            >
              <div className="min-w-0">
                <p className="font-semibold">
                  <bdi>{address(w.wallet_id)}</bdi>
                </p>
                <p className="text-sm text-ink-soft">
                  {w.burned_wei === null
                    ? t('gas:trust.unknown')
                    : t('gas:trust.burned', { amount: ether(w.burned_wei, n.locale) })}
                </p>
              </div>
              {w.state === 'ready' && mine.trust.given_at === null ? (
                <Button size="small" kind="secondary" busy={give.isPending} onClick={() => give.mutate(w.wallet_id)}>
                  {t('gas:trust.give')}
                </Button>
              ) : (
                <Badge tone={w.state === 'given' ? 'good' : 'plain'}>{t(`gas:trust.state.${w.state}`)}</Badge>
              )}
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}
