import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { Checkbox } from '../../ui/choices.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { ErrorLine } from '../../ui/states.tsx'
import { DateTime } from '../../ui/time.tsx'
import { useAct } from '../desk/act.ts'
import type { Overview } from './queries.ts'

type Made = Awaited<ReturnType<typeof client.gasId.make_card>>
const CHANGES = [['gas_id']] as const

/** Making a card, sharing it, and taking it back. */
export function Cards({ mine }: { mine: Overview }) {
  const t = useT('gas')
  const [name, setName] = useState(false)
  const [wallets, setWallets] = useState(false)
  const [made, setMade] = useState<Made | undefined>()
  const make = useAct(() => client.gasId.make_card({ body: { show_handle: name, show_wallets: wallets } }), {
    changes: CHANGES,
    after: setMade,
  })
  const back = useAct((card_id: string) => client.gasId.revoke_card({ params: { card_id } }), {
    changes: CHANGES,
    said: t('gas:card.taken_back'),
    after: (card) => setMade((m) => (m?.card.card_id === card.card_id ? undefined : m)),
  })
  return (
    <Card className="grid gap-5">
      <SectionHead title={t('gas:card.title')} hint={t('gas:card.hint')} />
      <div className="grid gap-2">
        <Checkbox
          checked={name}
          onChange={setName}
          label={t('gas:card.show_name')}
          help={t('gas:card.show_name_help')}
        />
        <Checkbox
          checked={wallets}
          onChange={setWallets}
          label={t('gas:card.show_wallets')}
          help={t('gas:card.show_wallets_help')}
        />
      </div>
      <ErrorLine error={make.error ?? back.error} />
      <div>
        <Button busy={make.isPending} onClick={() => make.mutate(undefined)}>
          {t('gas:card.make')}
        </Button>
      </div>
      {made ? <Shared made={made} /> : null}
      {mine.cards.length > 0 ? (
        <div>
          <h3 className="mb-2 text-base">{t('gas:card.yours')}</h3>
          <ul className="grid">
            {mine.cards.map((c) => (
              <li
                key={c.card_id}
                className="flex flex-wrap items-center justify-between gap-3 border-t border-line py-2"
              >
                <Link to={`/gas/${c.card_id}`} className="underline underline-offset-2">
                  <DateTime at={c.created_at} />
                </Link>
                <Button
                  kind="quiet"
                  size="small"
                  busy={back.isPending && back.variables === c.card_id}
                  onClick={() => back.mutate(c.card_id)}
                >
                  {t('gas:card.take_back')}
                </Button>
              </li>
            ))}
          </ul>
        </div>
      ) : null}
    </Card>
  )
}

/** The picture, the words and the link, each one tap away. */
export function Shared({ made }: { made: Pick<Made, 'card' | 'share_text' | 'link'> }) {
  const t = useT('gas')
  const base = `/v1/gas-cards/${made.card.card_id}`
  return (
    <div className="grid gap-4" role="group" aria-label={t('gas:card.share')}>
      <Picture base={base} alt={t('gas:card.alt', { level: made.card.level.name, beans: Number(made.card.beans) })} />
      <blockquote dir="ltr" className="rounded-md bg-sunken p-4 text-start text-sm whitespace-pre-line break-words">
        {made.share_text}
      </blockquote>
      <div className="flex flex-wrap gap-2">
        <CopyButton text={made.share_text} label={t('gas:card.copy_text')} kind="primary" />
        <CopyButton text={made.link} label={t('gas:card.copy_link')} />
        <a
          href={`${base}/card.png`}
          download="gas-id.png"
          className="inline-flex min-h-8 items-center px-2 text-sm font-semibold underline underline-offset-2"
        >
          {t('gas:card.png')}
        </a>
        <a
          href={`${base}/card.svg`}
          download="gas-id.svg"
          className="inline-flex min-h-8 items-center px-2 text-sm font-semibold underline underline-offset-2"
        >
          {t('gas:card.svg')}
        </a>
      </div>
    </div>
  )
}

/** The card in the look of the page around it. */
export function Picture({ base, alt }: { base: string; alt: string }) {
  const isDark = document.documentElement.dataset.theme === 'dark'
  return (
    <img
      src={`${base}/card.svg?theme=${isDark ? 'dark' : 'light'}`}
      alt={alt}
      width={1200}
      height={630}
      className="h-auto w-full max-w-2xl rounded-lg border border-line"
    />
  )
}
