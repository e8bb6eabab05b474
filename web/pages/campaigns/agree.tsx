import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { client } from '../../app/api.ts'
import { useLanguage, useT } from '../../app/i18n.ts'
import { queryClient } from '../../app/query.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Checkbox } from '../../ui/choices.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Select } from '../../ui/inputs.tsx'
import { Markdown } from '../../ui/markdown.tsx'
import { ErrorLine } from '../../ui/states.tsx'
import { countryName } from './language-name.ts'
import type { CampaignPage } from './queries.ts'

/** The campaign's own terms: who may take part, the licence, and what personal data it asks for. One tap agrees. */
export function Agree({ campaign: c, again }: { campaign: CampaignPage; again: boolean }) {
  const t = useT('campaigns')
  const { language } = useLanguage()
  const navigate = useNavigate()
  const [reading, setReading] = useState(false)
  const [adult, setAdult] = useState(false)
  const [country, setCountry] = useState('')
  const countries = c.consent.countries
  const join = useMutation({
    mutationFn: () =>
      client.exams.join({
        params: { campaign_id: c.campaign_id },
        body: {
          consent_version: c.consent_version,
          ...(c.consent.adults_only && { adult }),
          ...(countries && { country }),
        },
      }),
    onSuccess: async (state) => {
      await queryClient.invalidateQueries({ queryKey: ['campaign', c.campaign_id] })
      if (state.required && state.state === 'ready')
        await navigate({ to: `/campaigns/${c.campaign_id}/exam`, search: { start: 1 } as never })
      else if (state.roles.length > 0)
        await navigate({
          to: state.roles.some((r) => r.role === 'contributor') ? `/work/${c.campaign_id}` : `/review/${c.campaign_id}`,
        })
    },
  })
  const ready = (!c.consent.adults_only || adult) && (!countries || country !== '')
  const action = again ? 'campaigns:agree.again' : c.exam ? 'campaigns:agree.exam' : 'campaigns:agree.now'
  return (
    <Card className="grid gap-4">
      <div>
        <h2 className="text-lg">{t(again ? 'campaigns:agree.changed' : 'campaigns:agree.title')}</h2>
        <p className="mt-1 text-sm text-ink-soft">
          {t('campaigns:agree.licence')} <bdi className="font-semibold text-ink">{c.consent.licence}</bdi>.{' '}
          <button type="button" className="link" onClick={() => setReading(true)}>
            {t('campaigns:agree.read')}
          </button>
        </p>
      </div>
      {c.answers_leave ? <p className="text-sm">{t('campaigns:answers_leave.agree')}</p> : null}
      {c.consent.adults_only ? (
        <Checkbox label={t('campaigns:agree.adult')} checked={adult} onChange={setAdult} />
      ) : null}
      {countries ? (
        <Select
          label={t('campaigns:agree.country')}
          value={country}
          onChange={setCountry}
          empty={t('campaigns:agree.choose')}
          options={countries
            .map((code) => ({ value: code, label: countryName(code, language) }))
            .toSorted((a, b) => a.label.localeCompare(b.label, language))}
        />
      ) : null}
      <Button size="large" wide disabled={!ready} busy={join.isPending} onClick={() => join.mutate()}>
        {t(action)}
      </Button>
      {c.exam && !again ? (
        <p className="text-sm text-ink-soft">{t('campaigns:agree.exam_note', { count: c.exam.questions })}</p>
      ) : null}
      <ErrorLine error={join.error} />
      <Dialog open={reading} onClose={() => setReading(false)} title={t('campaigns:agree.terms')} wide>
        <div className="grid gap-4">
          <Markdown text={c.consent.terms} lang={c.language} />
          {c.consent.personal_data ? <Markdown text={c.consent.personal_data} lang={c.language} /> : null}
        </div>
      </Dialog>
    </Card>
  )
}
