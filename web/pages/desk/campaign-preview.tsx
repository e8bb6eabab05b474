import { useMemo, useState } from 'react'
import type { Price, Settings } from '../../../src/domains/campaigns/contract.ts'
import type { Consent, Form, Instructions as InstructionsShape } from '../../../src/domains/templates/contract.ts'
import { useT } from '../../app/i18n.ts'
import { Markdown } from '../../ui/markdown.tsx'
import { Money } from '../../ui/money.tsx'
import { questionsOf } from '../../work-form/form.ts'
import { WorkForm } from '../../work-form/work-form.tsx'
import { Instructions } from '../work/instructions.tsx'
import { useNumbers } from './numbers.ts'
import { PolicyOutlook } from './policy-outlook.tsx'

/** A campaign's own parts as the people who work on it will meet them. */
export function CampaignPreview({
  instructions,
  form,
  consent,
  settings,
  mode,
  language,
  level = 2,
}: {
  instructions: InstructionsShape
  form: Form
  consent: Consent
  settings: Settings
  mode: 'review' | 'redundancy'
  language: string
  level?: 2 | 3
}) {
  const t = useT('desk', 'forms', 'work', 'policy')
  const n = useNumbers()
  const Head = level === 2 ? 'h2' : 'h3'
  const questions = useMemo(() => questionsOf(form), [form])
  const [values, setValues] = useState<Record<string, unknown>>({})
  return (
    <div className="grid gap-6 border-t border-line pt-5">
      <section className="grid gap-3">
        <Head className="text-base">{t('desk:preview.pay')}</Head>
        <ul className="grid gap-1 text-sm">
          {settings.prices.map((p: Price) => (
            <li key={p.currency}>
              {t('desk:preview.contribute')}{' '}
              <Money amount_minor={p.contribute_minor} currency={p.currency} className="font-semibold" /> ·{' '}
              {t('desk:preview.review')}{' '}
              <Money amount_minor={p.review_minor} currency={p.currency} className="font-semibold" /> ·{' '}
              {t('desk:preview.bonus', { share: n.percent(p.bonus_bps / 10_000) })}
            </li>
          ))}
          <li className="text-ink-soft">
            {mode === 'redundancy'
              ? t('desk:preview.redundancy', { min: settings.redundancy.min, max: settings.redundancy.max })
              : settings.policy?.kind === 'adaptive'
                ? t('policy:preview.adaptive', { min: settings.reviews.min, max: settings.reviews.max })
                : t('desk:preview.reviews', { min: settings.reviews.min, max: settings.reviews.max })}
          </li>
          {mode === 'review' && settings.policy?.kind === 'adaptive' && settings.prices[0] ? (
            <li className="text-ink-soft">
              {t('policy:preview.good')}{' '}
              <Money amount_minor={settings.policy.good_value_minor} currency={settings.prices[0].currency} /> ·{' '}
              {t('policy:preview.bad')}{' '}
              <Money amount_minor={settings.policy.bad_cost_minor} currency={settings.prices[0].currency} />
            </li>
          ) : null}
        </ul>
        {mode === 'review' ? <PolicyOutlook settings={settings} /> : null}
      </section>
      <section className="grid gap-3">
        <Head className="text-base">{t('desk:preview.instructions')}</Head>
        <Instructions instructions={instructions} lang={language} />
      </section>
      <section className="grid gap-3" aria-label={t('desk:preview.form')}>
        <Head className="text-base">{t('desk:preview.form')}</Head>
        <div className="rounded-md border border-line bg-page p-4">
          <WorkForm
            questions={questions}
            values={values}
            onChange={(key, value) => setValues((all) => ({ ...all, [key]: value }))}
            problems={{}}
            showing={false}
            data={{}}
            lang={language}
          />
        </div>
      </section>
      <section className="grid gap-3">
        <Head className="text-base">{t('desk:preview.consent')}</Head>
        <p className="text-sm">
          {t('desk:preview.licence')} <bdi className="font-semibold">{consent.licence}</bdi>
          {consent.adults_only ? ` · ${t('desk:preview.adults')}` : ''}
          {consent.countries ? ` · ${t('desk:preview.countries', { list: consent.countries.join(', ') })}` : ''}
        </p>
        {consent.personal_data ? (
          <p className="text-sm">
            {t('desk:preview.personal')} {consent.personal_data}
          </p>
        ) : null}
        <Markdown text={consent.terms} lang={language} className="text-sm" />
      </section>
    </div>
  )
}
