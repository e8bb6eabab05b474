import { useMutation, useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { uuid } from '../../app/uuid.ts'
import { queryClient } from '../../app/query.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { NumberInput, TextInput } from '../../ui/inputs.tsx'
import { decimalOf, formatMoney, minorOf } from '../../ui/money.tsx'
import { ErrorLine } from '../../ui/states.tsx'
import { say } from '../../ui/toast.tsx'
import { useFresh } from '../account/fresh.tsx'

/** Asks for any part of what is free to be paid out, and says where to. */
export function Claim({
  currency,
  scale,
  claimable,
  onClaimed,
}: {
  currency: string
  scale: number
  claimable: string
  onClaimed: () => void
}) {
  const t = useT('earnings')
  const [open, setOpen] = useState(false)
  return (
    <div>
      <Button icon="coins" onClick={() => setOpen(true)}>
        {t('earnings:claim.action')}
      </Button>
      <Dialog open={open} onClose={() => setOpen(false)} title={t('earnings:claim.title', { currency })}>
        <ClaimForm
          currency={currency}
          scale={scale}
          claimable={claimable}
          onDone={() => {
            setOpen(false)
            onClaimed()
          }}
        />
      </Dialog>
    </div>
  )
}

function ClaimForm({
  currency,
  scale,
  claimable,
  onDone,
}: {
  currency: string
  scale: number
  claimable: string
  onDone: () => void
}) {
  const t = useT('earnings')
  const { ask, dialog } = useFresh()
  const destinations = useQuery({ queryKey: ['payout_destinations'], queryFn: () => client.payouts.destinations() })
  const known = destinations.data?.items.find((d) => d.currency === currency)?.destination
  const [typed, setTyped] = useState(decimalOf(claimable, scale))
  const [where, setWhere] = useState<string | null>(null)
  // One key for all tries of this form, so a lost answer cannot ask twice.
  const [key] = useState(uuid)
  const destination = (where ?? known ?? '').trim()
  const amount = minorOf(typed, scale)
  const fits = amount !== undefined && amount !== '0' && BigInt(amount) <= BigInt(claimable)
  const claim = useMutation({
    mutationFn: async () => {
      if (destination !== known)
        await ask(() => client.payouts.set_destination({ params: { currency }, body: { destination } }))
      return client.payouts.claim({ body: { currency, amount_minor: amount! } }, { idempotencyKey: key })
    },
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: ['payout_destinations'] })
      say(t('earnings:claim.done'), 'good')
      onDone()
    },
  })
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (fits && destination) claim.mutate()
  }
  return (
    <>
      <form onSubmit={send} className="grid gap-5">
        <NumberInput
          label={t('earnings:claim.amount')}
          help={t('earnings:claim.amount_help', { amount: formatMoney(claimable, currency) })}
          value={typed}
          onChange={setTyped}
          unit={currency}
          error={typed !== '' && !fits ? t('earnings:claim.amount_wrong') : undefined}
          dir="ltr"
        />
        <TextInput
          label={t('earnings:claim.where')}
          help={t('earnings:claim.where_help')}
          value={where ?? known ?? ''}
          onChange={setWhere}
          max={200}
          required
          dir="auto"
        />
        <ErrorLine error={claim.error} />
        <Button type="submit" busy={claim.isPending} disabled={!fits || !destination}>
          {t('earnings:claim.send')}
        </Button>
      </form>
      {dialog}
    </>
  )
}
