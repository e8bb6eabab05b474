import { useState } from 'react'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { NumberInput, TextInput } from '../../ui/inputs.tsx'
import { numberOf } from '../../work-form/form.ts'
import { useAct } from '../desk/act.ts'
import { Ask } from '../desk/ask.tsx'
import { fromLocal, toLocal } from '../desk/local-time.ts'
import type { SeasonView } from '../report/queries.ts'

/** Plans a season, or changes one that has not started. */
export function SeasonDialog({ open, onClose, season }: { open: boolean; onClose: () => void; season?: SeasonView }) {
  const t = useT('operator')
  const [name, setName] = useState(season?.name ?? '')
  const [starts, setStarts] = useState(season ? toLocal(season.starts_at) : '')
  const [ends, setEnds] = useState(season ? toLocal(season.ends_at) : '')
  const [cap, setCap] = useState(season?.contributor_cap ? String(season.contributor_cap) : '')
  const [freeze, setFreeze] = useState(String(season?.rules.freeze_days ?? 7))
  const limit = cap.trim() === '' ? null : numberOf(cap)
  const days = numberOf(freeze)
  const ready =
    name.trim() !== '' &&
    fromLocal(ends) !== undefined &&
    (limit === null || (limit !== undefined && Number.isInteger(limit) && limit > 0)) &&
    days !== undefined &&
    Number.isInteger(days) &&
    days >= 0 &&
    days <= 365
  const save = useAct(
    () => {
      const starts_at = fromLocal(starts)
      const ends_at = fromLocal(ends)
      if (!ends_at) throw new Error('assumption broken: the end was checked')
      const body = {
        name,
        ends_at,
        contributor_cap: limit ?? null,
        rules: { freeze_days: days ?? 7 },
        ...(starts_at && { starts_at }),
      }
      return season
        ? client.seasons.edit({ params: { season_id: season.season_id }, body })
        : client.seasons.create({ body })
    },
    { changes: [['public']], said: t('operator:seasons.saved'), after: onClose },
  )
  return (
    <Ask
      open={open}
      onClose={onClose}
      title={t(season ? 'operator:seasons.edit' : 'operator:seasons.plan')}
      action={t('operator:seasons.save')}
      busy={save.isPending}
      error={save.error}
      disabled={!ready}
      onGo={() => save.mutate(undefined)}
    >
      <TextInput label={t('operator:seasons.name')} value={name} onChange={setName} max={100} />
      <div className="grid gap-4 sm:grid-cols-2">
        <TextInput
          type="datetime-local"
          label={t('operator:seasons.starts')}
          help={t('operator:seasons.starts_help')}
          optional
          value={starts}
          onChange={setStarts}
        />
        <TextInput
          type="datetime-local"
          label={t('operator:seasons.ends')}
          help={t('operator:seasons.ends_help')}
          value={ends}
          onChange={setEnds}
        />
      </div>
      <NumberInput
        label={t('operator:seasons.cap')}
        help={t('operator:seasons.cap_help')}
        optional
        value={cap}
        onChange={setCap}
        inputMode="numeric"
      />
      <NumberInput
        label={t('operator:seasons.freeze')}
        help={t('operator:seasons.freeze_help')}
        value={freeze}
        onChange={setFreeze}
        inputMode="numeric"
      />
    </Ask>
  )
}
