import { useQuery } from '@tanstack/react-query'
import { useDeferredValue, useMemo, useState } from 'react'
import type { Form } from '../../../src/domains/templates/contract.ts'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Notice } from '../../ui/badge.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { Select, TextInput } from '../../ui/inputs.tsx'
import { problemsOf, questionsOf } from '../../work-form/form.ts'
import { ItemView } from '../../work-form/item-view.tsx'
import { WorkForm } from '../../work-form/work-form.tsx'
import type { Draft } from './draft.ts'
import { QuestionCard } from './question-card.tsx'
import {
  type Asked,
  askedOf,
  blank,
  formOf,
  freeKey,
  type ItemField,
  KINDS,
  type Kind,
  questionAt,
} from './questions.ts'

/** The questions people answer, built without writing a schema, beside the very page they will see. */
export function StepForm({ draft, change }: { draft: Draft; change: (part: Partial<Draft>) => void }) {
  const t = useT('requester', 'forms')
  // While a question has no words yet the form is not one the server would keep; the builder's own copy holds it.
  const [asked, setAsked] = useState<Asked[]>(() => askedOf(draft.form))
  const [item, setItem] = useState<ItemField[]>(() => [...(draft.form.ui.item ?? [])])
  const [kind, setKind] = useState<Kind>('choice')
  const form = useMemo(() => formOf(asked, item), [asked, item])
  const update = (questions: Asked[], fields: ItemField[] = item) => {
    setAsked(questions)
    setItem(fields)
    change({ form: formOf(questions, fields) })
  }
  const settled = useDeferredValue(form)
  const ready =
    asked.length > 0 && asked.every((q) => q.title.trim() !== '') && item.every((f) => f.field.trim() !== '')
  const checked = useQuery({
    queryKey: ['requester', 'check_form', settled],
    queryFn: () => client.templates.check_form({ body: { form: settled } }),
    enabled: ready,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  })
  const found = ready ? (checked.data?.problems ?? []) : []
  const general = found.filter((p) => questionAt(p.field) === undefined)
  const move = (i: number, by: -1 | 1) => {
    const next = [...asked]
    const [one] = next.splice(i, 1)
    if (one) next.splice(i + by, 0, one)
    update(next)
  }
  const keys = asked.map((q) => q.key)
  return (
    <div className="grid items-start gap-6 xl:grid-cols-[minmax(0,1fr)_24rem]">
      <div className="grid min-w-0 gap-5">
        {draft.open_collection ? null : <ItemFields item={item} onChange={(fields) => update(asked, fields)} />}
        <section className="grid gap-4" aria-labelledby="questions">
          <h2 id="questions" className="text-lg">
            {t('requester:form.questions')}
          </h2>
          {asked.length === 0 ? <p className="text-ink-soft">{t('requester:form.empty')}</p> : null}
          {asked.map((q, i) => (
            <QuestionCard
              key={i}
              question={q}
              at={i}
              of={asked.length}
              taken={keys.filter((_, j) => j !== i)}
              fields={item}
              problems={found.filter((p) => questionAt(p.field) === q.key).map((p) => p.message)}
              onChange={(next) => update(asked.map((a, j) => (j === i ? next : a)))}
              onMove={(by) => move(i, by)}
              onRemove={() => update(asked.filter((_, j) => j !== i))}
              onCopy={() =>
                update([...asked.slice(0, i + 1), { ...q, key: freeKey(q.key, keys) }, ...asked.slice(i + 1)])
              }
            />
          ))}
          {general.length > 0 ? (
            <Notice tone="bad" title={t('requester:form.problems')}>
              <ul className="grid list-disc gap-1 ps-5">
                {general.map((p, i) => (
                  <li key={i}>{p.message}</li>
                ))}
              </ul>
            </Notice>
          ) : null}
          <div className="flex flex-wrap items-end gap-3 rounded-lg border border-dashed border-line-strong p-4">
            <Select
              className="grow"
              label={t('requester:form.add')}
              value={kind}
              onChange={(v) => setKind(v as Kind)}
              options={KINDS.map((k) => ({ value: k, label: t(`requester:kind.${k}`) }))}
            />
            <Button icon="plus" onClick={() => update([...asked, blank(kind, freeKey(`q${asked.length + 1}`, keys))])}>
              {t('requester:form.add_question')}
            </Button>
          </div>
        </section>
      </div>
      <Preview form={form} item={item} language={draft.language} />
    </div>
  )
}

function ItemFields({ item, onChange }: { item: readonly ItemField[]; onChange: (fields: ItemField[]) => void }) {
  const t = useT('requester')
  const set = (i: number, part: Partial<ItemField>) => onChange(item.map((f, j) => (j === i ? { ...f, ...part } : f)))
  return (
    <Card>
      <SectionHead title={t('requester:form.item')} hint={t('requester:form.item_hint')} />
      <div className="grid gap-3">
        {item.map((f, i) => (
          <div key={i} className="grid items-end gap-3 sm:grid-cols-[1fr_1fr_9rem_auto]">
            <TextInput
              label={t('requester:form.field')}
              value={f.field}
              onChange={(field) => set(i, { field })}
              dir="ltr"
            />
            <TextInput
              label={t('requester:form.field_title')}
              value={f.title}
              onChange={(title) => set(i, { title })}
              dir="auto"
            />
            <Select
              label={t('requester:form.field_as')}
              value={f.as}
              onChange={(as) => set(i, { as: as as ItemField['as'] })}
              options={(['text', 'markdown', 'link', 'image', 'code'] as const).map((a) => ({
                value: a,
                label: t(`requester:as.${a}`),
              }))}
            />
            <IconButton
              icon="cross"
              label={t('requester:form.remove_field', { field: f.field })}
              onClick={() => onChange(item.filter((_, j) => j !== i))}
            />
          </div>
        ))}
        <Button
          kind="secondary"
          size="small"
          icon="plus"
          className="justify-self-start"
          onClick={() => onChange([...item, { field: '', title: '', as: 'text' }])}
        >
          {t('requester:form.add_field')}
        </Button>
      </div>
    </Card>
  )
}

/** The work page's own renderer with sample data, so that nothing looks different once it is open. */
function Preview({ form, item, language }: { form: Form; item: readonly ItemField[]; language: string }) {
  const t = useT('requester', 'forms')
  const [values, setValues] = useState<Record<string, unknown>>({})
  const [showing, setShowing] = useState(false)
  const questions = useMemo(() => questionsOf(form).filter((q) => q.title.trim() !== ''), [form])
  const data = useMemo(() => {
    const names = [
      ...item.map((f) => f.field),
      ...Object.values(form.ui.questions).flatMap((q) => [q.a_field, q.b_field]),
    ].filter((f): f is string => Boolean(f))
    return Object.fromEntries(names.map((f) => [f, t('requester:form.sample', { field: f })]))
  }, [item, form, t])
  return (
    <Card as="div" className="grid gap-5 xl:sticky xl:top-20 xl:max-h-[calc(100dvh-7rem)] xl:overflow-y-auto">
      <SectionHead title={t('requester:preview')} hint={t('requester:form.preview_hint')} />
      {questions.length === 0 ? (
        <p className="text-ink-soft">{t('requester:form.preview_empty')}</p>
      ) : (
        <>
          <ItemView form={form} data={data} lang={language} />
          <WorkForm
            questions={questions}
            values={values}
            onChange={(key, value) => setValues((all) => ({ ...all, [key]: value }))}
            problems={problemsOf(questions, values)}
            showing={showing}
            data={data}
            lang={language}
          />
          <Button kind="secondary" onClick={() => setShowing(true)}>
            {t('requester:form.try')}
          </Button>
        </>
      )}
    </Card>
  )
}
