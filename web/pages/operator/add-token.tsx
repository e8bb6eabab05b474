import { useState } from 'react'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { Checkbox } from '../../ui/choices.tsx'
import { NumberInput, Select, TextInput } from '../../ui/inputs.tsx'
import { numberOf } from '../../work-form/form.ts'
import { useAct } from '../desk/act.ts'
import { Ask } from '../desk/ask.tsx'
import { useCurrencies } from '../desk/currencies.ts'
import { MoneyInput } from '../desk/money-input.tsx'

const ADDRESS = /^0x[0-9a-fA-F]{40}$/

/** Records a token and its distributor. Both are read on the chain before anything is kept. */
export function AddToken() {
  const t = useT('settlement')
  const currencies = useCurrencies()
  const [open, setOpen] = useState(false)
  const [chosen, setChosen] = useState('')
  const [token, setToken] = useState('')
  const [distributor, setDistributor] = useState('')
  const [block, setBlock] = useState('')
  const [step, setStep] = useState<string>()
  const [isLadder, setIsLadder] = useState(true)
  const [people, setPeople] = useState('20')
  const [hours, setHours] = useState('0')
  const currency = chosen || currencies[0]?.code || ''
  const add = useAct(
    () =>
      client.settlement.add_token({
        body: {
          currency,
          token,
          distributor,
          first_block: numberOf(block) ?? 0,
          step_minor: step ?? '1',
          is_ladder: isLadder,
          least_people: numberOf(people) ?? 1,
          every_hours: numberOf(hours) ?? 0,
        },
      }),
    { changes: [['operator', 'settlement']], said: t('settlement:added'), after: () => setOpen(false) },
  )
  const wrong = (value: string) => (value && !ADDRESS.test(value) ? t('settlement:address_wrong') : undefined)
  const isReady =
    ADDRESS.test(token) && ADDRESS.test(distributor) && step && step !== '0' && currency && numberOf(people)
  return (
    <>
      <Button icon="plus" kind="secondary" onClick={() => setOpen(true)}>
        {t('settlement:add')}
      </Button>
      <Ask
        open={open}
        onClose={() => setOpen(false)}
        title={t('settlement:add')}
        action={t('settlement:add_action')}
        busy={add.isPending}
        error={add.error}
        disabled={!isReady}
        onGo={() => add.mutate(undefined)}
      >
        <p className="text-sm text-ink-soft">{t('settlement:add_why')}</p>
        <Select
          label={t('settlement:currency')}
          value={currency}
          onChange={setChosen}
          options={currencies.map((c) => ({ value: c.code, label: `${c.name} (${c.code})` }))}
        />
        <TextInput label={t('settlement:token')} value={token} onChange={setToken} dir="ltr" error={wrong(token)} />
        <TextInput
          label={t('settlement:distributor')}
          value={distributor}
          onChange={setDistributor}
          dir="ltr"
          error={wrong(distributor)}
        />
        <NumberInput
          label={t('settlement:first_block')}
          help={t('settlement:first_block_help')}
          value={block}
          onChange={setBlock}
        />
        <MoneyInput key={currency} label={t('settlement:step')} currency={currency} value={step} onChange={setStep} />
        <Checkbox
          label={t('settlement:ladder')}
          help={t('settlement:ladder_help')}
          checked={isLadder}
          onChange={setIsLadder}
        />
        <NumberInput
          label={t('settlement:least_people')}
          help={t('settlement:least_people_help')}
          value={people}
          onChange={setPeople}
        />
        <NumberInput
          label={t('settlement:every_hours')}
          help={t('settlement:every_hours_help')}
          value={hours}
          onChange={setHours}
        />
      </Ask>
    </>
  )
}
