import { useState } from 'react'
import { useT } from '../../app/i18n.ts'
import { Checkbox } from '../../ui/choices.tsx'
import { Select, TextArea, TextInput } from '../../ui/inputs.tsx'
import type { Draft } from './draft.ts'

const LICENCES = ['CC0-1.0', 'CC-BY-4.0', 'CC-BY-SA-4.0', 'CC-BY-NC-4.0', 'ODC-BY-1.0', 'ODbL-1.0']

/** What people agree to before they take part, and under which licence their accepted work goes out. */
export function StepConsent({ draft, change }: { draft: Draft; change: (part: Partial<Draft>) => void }) {
  const t = useT('requester')
  const { consent } = draft
  const set = (part: Partial<Draft['consent']>) => change({ consent: { ...consent, ...part } })
  const own = !LICENCES.includes(consent.licence)
  const [countries, setCountries] = useState(consent.countries?.join(' ') ?? '')
  const codes = countries
    .toUpperCase()
    .split(/[\s,;]+/)
    .filter(Boolean)
  const wrong = codes.find((c) => !/^[A-Z]{2}$/.test(c))
  return (
    <div className="grid gap-6">
      <TextArea
        label={t('requester:consent.terms')}
        help={t('requester:consent.terms_help')}
        value={consent.terms}
        onChange={(terms) => set({ terms })}
        max={20_000}
        rows={8}
        dir="auto"
      />
      <div className="grid gap-5 sm:grid-cols-2">
        <Select
          label={t('requester:consent.licence')}
          help={t('requester:consent.licence_help')}
          value={own ? '' : consent.licence}
          onChange={(licence) => set({ licence })}
          empty={t('requester:consent.other_licence')}
          options={LICENCES.map((l) => ({ value: l, label: l }))}
        />
        {own ? (
          <TextInput
            label={t('requester:consent.own_licence')}
            help={t('requester:consent.own_licence_help')}
            value={consent.licence}
            onChange={(licence) => set({ licence })}
            max={200}
            dir="auto"
          />
        ) : null}
      </div>
      <Checkbox
        label={t('requester:consent.adults')}
        help={t('requester:consent.adults_help')}
        checked={consent.adults_only}
        onChange={(adults_only) => set({ adults_only })}
      />
      <TextInput
        label={t('requester:consent.countries')}
        help={t('requester:consent.countries_help')}
        optional
        dir="ltr"
        value={countries}
        error={wrong ? t('requester:consent.countries_wrong', { code: wrong }) : undefined}
        onChange={(typed) => {
          setCountries(typed)
          const list = typed
            .toUpperCase()
            .split(/[\s,;]+/)
            .filter((c) => /^[A-Z]{2}$/.test(c))
          set({ countries: list.length > 0 ? [...new Set(list)] : null })
        }}
      />
      <div className="grid gap-3">
        <Checkbox
          label={t('requester:consent.personal')}
          help={t('requester:consent.personal_help')}
          checked={consent.personal_data !== null}
          onChange={(on) => set({ personal_data: on ? t('requester:consent.personal_default') : null })}
        />
        {consent.personal_data !== null ? (
          <TextArea
            label={t('requester:consent.personal_warning')}
            value={consent.personal_data}
            onChange={(text) => set({ personal_data: text })}
            max={2000}
            rows={3}
            dir="auto"
          />
        ) : null}
      </div>
    </div>
  )
}
