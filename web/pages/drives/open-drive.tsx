import { useState } from 'react'
import { DRIVE_KINDS } from '../../../src/domains/integrity/reports/contract.ts'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { RadioGroup } from '../../ui/choices.tsx'
import { NumberInput, Select, TextArea, TextInput } from '../../ui/inputs.tsx'
import { useAct } from '../desk/act.ts'
import { Ask } from '../desk/ask.tsx'
import { useCurrencies } from '../desk/currencies.ts'
import { fromLocal } from '../desk/local-time.ts'
import { MoneyInput } from '../desk/money-input.tsx'

type Kind = (typeof DRIVE_KINDS)[number]

/** Opens a drive for reports, with what it may cost, or an amnesty, with the share that stays. */
export function OpenDrive({ onClose }: { onClose: () => void }) {
  const t = useT('drives')
  const currencies = useCurrencies()
  const [kind, setKind] = useState<Kind>('reports')
  const [title, setTitle] = useState('')
  const [words, setWords] = useState('')
  const [until, setUntil] = useState('')
  const [currency, setCurrency] = useState('POINT')
  const [reward, setReward] = useState<string>()
  const [cap, setCap] = useState<string>()
  const [group, setGroup] = useState('3')
  const [keep, setKeep] = useState('15')
  const closes_at = fromLocal(until)
  const whole = (typed: string, most: number) =>
    /^\d{1,3}$/.test(typed.trim()) && Number(typed) <= most ? Number(typed) : undefined
  const least = whole(group, 50)
  const share = whole(keep, 100)
  const isWhole = kind === 'reports' ? reward && cap && least !== undefined && least >= 2 : share !== undefined
  const act = useAct(
    () =>
      client.drives.open({
        body: {
          kind,
          title: title.trim(),
          words: words.trim(),
          closes_at: closes_at!,
          ...(kind === 'reports'
            ? { currency, reward_minor: reward!, cap_minor: cap!, min_group: least! }
            : { keep_bps: share! * 100 }),
        },
      }),
    { changes: [['drives']], said: t('drives:open.done'), after: onClose },
  )
  return (
    <Ask
      open
      wide
      onClose={onClose}
      title={t('drives:open.action')}
      action={t('drives:open.action')}
      busy={act.isPending}
      error={act.error}
      disabled={title.trim().length < 3 || words.trim().length < 10 || !closes_at || !isWhole}
      onGo={() => act.mutate(undefined)}
    >
      <fieldset className="grid gap-2">
        <legend className="font-semibold">{t('drives:open.kind')}</legend>
        <RadioGroup
          name="kind"
          value={kind}
          onChange={(value) => setKind(value as Kind)}
          options={DRIVE_KINDS.map((k) => ({ value: k, label: t(`drives:kind.${k}`), help: t(`drives:does.${k}`) }))}
        />
      </fieldset>
      <TextInput label={t('drives:open.title')} value={title} onChange={setTitle} dir="auto" />
      <TextArea
        label={t('drives:open.words')}
        help={t('drives:open.words_help')}
        max={2000}
        value={words}
        onChange={setWords}
        dir="auto"
      />
      <TextInput label={t('drives:open.until')} type="datetime-local" value={until} onChange={setUntil} />
      {kind === 'reports' ? (
        <div className="grid gap-4 sm:grid-cols-2">
          <Select
            label={t('drives:open.currency')}
            value={currency}
            onChange={setCurrency}
            options={currencies.map((c) => ({ value: c.code, label: c.code }))}
          />
          <NumberInput
            label={t('drives:open.group')}
            help={t('drives:open.group_help')}
            value={group}
            onChange={setGroup}
            inputMode="numeric"
            dir="ltr"
          />
          <MoneyInput label={t('drives:open.reward')} currency={currency} value={reward} onChange={setReward} />
          <MoneyInput
            label={t('drives:open.cap')}
            help={t('drives:open.cap_help')}
            currency={currency}
            value={cap}
            onChange={setCap}
          />
        </div>
      ) : (
        <NumberInput
          label={t('drives:open.keep')}
          help={t('drives:open.keep_help')}
          value={keep}
          onChange={setKeep}
          inputMode="numeric"
          unit="%"
          dir="ltr"
        />
      )}
    </Ask>
  )
}
