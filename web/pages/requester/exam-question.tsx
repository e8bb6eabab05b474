import { useState } from 'react'
import { client } from '../../app/api.ts'
import { fieldProblems } from '../../app/problem.ts'
import { useT } from '../../app/i18n.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Checkbox } from '../../ui/choices.tsx'
import { FieldSet } from '../../ui/field.tsx'
import { NumberInput, Select, TextArea, TextInput } from '../../ui/inputs.tsx'
import { numberOf } from '../../work-form/form.ts'
import { useAct } from '../desk/act.ts'
import { Ask } from '../desk/ask.tsx'
import { askedOf, blank, formOf, freeKey, keyFrom } from './questions.ts'

export type BankQuestion = Parameters<typeof client.exams.edit>[0]['body']
const KINDS = ['choice', 'choices', 'number', 'short_text'] as const
type Kind = (typeof KINDS)[number]
type Option = { value: string; label: string; right: boolean }

const isRange = (v: unknown): v is { between: [number, number] } =>
  typeof v === 'object' && v !== null && Array.isArray((v as { between?: unknown }).between)
const isSeveral = (v: unknown): v is { one_of: unknown[] } =>
  typeof v === 'object' && v !== null && Array.isArray((v as { one_of?: unknown }).one_of)

/** A question of the bank: what is shown, what is asked, what is right and why. */
export function ExamQuestionDialog({
  campaignId,
  question_id,
  question,
  onClose,
}: {
  campaignId: string
  question_id?: string
  question?: BankQuestion
  onClose: () => void
}) {
  const t = useT('requester')
  const before = question ? askedOf(question.form)[0] : undefined
  const answer: unknown = before && question ? question.answer[before.key] : undefined
  const rights: unknown[] = Array.isArray(answer)
    ? answer
    : isSeveral(answer)
      ? answer.one_of
      : answer === undefined || isRange(answer)
        ? []
        : [answer]
  const [prompt, setPrompt] = useState(question?.prompt ?? '')
  const [title, setTitle] = useState(before?.title ?? '')
  const [kind, setKind] = useState<Kind>(KINDS.find((k) => k === before?.kind) ?? 'choice')
  const [options, setOptions] = useState<Option[]>(
    before?.options.map((o) => ({ ...o, right: rights.includes(o.value) })) ?? [
      { value: 'a', label: '', right: false },
      { value: 'b', label: '', right: false },
    ],
  )
  const [texts, setTexts] = useState(rights.filter((r) => typeof r === 'string').join('\n'))
  const [low, setLow] = useState(
    isRange(answer) ? String(answer.between[0]) : typeof answer === 'number' ? String(answer) : '',
  )
  const [high, setHigh] = useState(
    isRange(answer) ? String(answer.between[1]) : typeof answer === 'number' ? String(answer) : '',
  )
  const [explanation, setExplanation] = useState(question?.explanation ?? '')
  const listed = kind === 'choice' || kind === 'choices'
  const accepted = texts
    .split('\n')
    .map((x) => x.trim())
    .filter(Boolean)
  const [from, to] = [numberOf(low), numberOf(high)]
  const right = options.filter((o) => o.right)
  const ready =
    prompt.trim() !== '' &&
    title.trim() !== '' &&
    (listed
      ? options.length >= 2 &&
        options.every((o) => o.label.trim() !== '') &&
        right.length >= 1 &&
        (kind === 'choices' || right.length === 1)
      : kind === 'number'
        ? from !== undefined && to !== undefined && from <= to
        : accepted.length > 0)
  const save = useAct(
    async () => {
      const key = before?.key ?? 'answer'
      const form = formOf(
        [
          {
            ...blank(kind, key),
            title,
            required: true,
            options: listed ? options.map(({ value, label }) => ({ value, label })) : [],
          },
        ],
        [],
      )
      const value =
        kind === 'choices'
          ? right.map((o) => o.value)
          : kind === 'choice'
            ? right[0]?.value
            : kind === 'number'
              ? { between: [from, to] }
              : accepted.length === 1
                ? accepted[0]
                : { one_of: accepted }
      const body: BankQuestion = { prompt, form, answer: { [key]: value }, explanation }
      if (question_id) await client.exams.edit({ params: { campaign_id: campaignId, question_id }, body })
      else await client.exams.add({ params: { campaign_id: campaignId }, body: { questions: [body] } })
    },
    {
      changes: [
        ['requester', 'exam', campaignId],
        ['requester', 'manage', campaignId],
      ],
      said: t('requester:exam.question_saved'),
      after: onClose,
    },
  )
  const problems = Object.values(fieldProblems(save.error))
  const set = (i: number, part: Partial<Option>) =>
    setOptions((all) =>
      all.map((o, j) => (j === i ? { ...o, ...part } : kind === 'choice' && part.right ? { ...o, right: false } : o)),
    )
  return (
    <Ask
      open
      onClose={onClose}
      wide
      title={t(question_id ? 'requester:exam.edit_title' : 'requester:exam.add_title')}
      action={t('requester:exam.save_question')}
      busy={save.isPending}
      error={save.error}
      disabled={!ready}
      onGo={() => save.mutate(undefined)}
    >
      <TextArea
        label={t('requester:exam.prompt')}
        help={t('requester:exam.prompt_help')}
        value={prompt}
        onChange={setPrompt}
        max={4000}
        rows={3}
        dir="auto"
      />
      <TextInput label={t('requester:form.title')} value={title} onChange={setTitle} max={400} dir="auto" />
      <Select
        label={t('requester:form.kind')}
        value={kind}
        onChange={(k) => setKind(k as Kind)}
        options={KINDS.map((k) => ({ value: k, label: t(`requester:kind.${k}`) }))}
      />
      {listed ? (
        <FieldSet
          legend={t('requester:exam.options')}
          help={t(kind === 'choice' ? 'requester:exam.options_one' : 'requester:exam.options_many')}
        >
          <div className="grid gap-3">
            {options.map((o, i) => (
              <div key={i} className="grid grid-cols-[1fr_auto_auto] items-end gap-2">
                <TextInput
                  label={<span className="text-sm font-normal">{t('requester:form.option', { at: i + 1 })}</span>}
                  value={o.label}
                  dir="auto"
                  onChange={(label) =>
                    set(i, {
                      label,
                      ...(question
                        ? {}
                        : {
                            value: freeKey(
                              keyFrom(label, `option_${i + 1}`),
                              options.filter((_, j) => j !== i).map((x) => x.value),
                            ),
                          }),
                    })
                  }
                />
                <Checkbox
                  label={t('requester:exam.is_right')}
                  checked={o.right}
                  onChange={(on) => set(i, { right: on })}
                />
                <IconButton
                  icon="cross"
                  label={t('requester:form.remove_option', { at: i + 1 })}
                  onClick={() => setOptions((all) => all.filter((_, j) => j !== i))}
                />
              </div>
            ))}
            <Button
              kind="secondary"
              size="small"
              icon="plus"
              className="justify-self-start"
              onClick={() =>
                setOptions((all) => [
                  ...all,
                  {
                    value: freeKey(
                      `option_${all.length + 1}`,
                      all.map((x) => x.value),
                    ),
                    label: '',
                    right: false,
                  },
                ])
              }
            >
              {t('requester:form.add_option')}
            </Button>
          </div>
        </FieldSet>
      ) : kind === 'number' ? (
        <div className="grid gap-4 sm:grid-cols-2">
          <NumberInput label={t('requester:exam.from')} value={low} onChange={setLow} />
          <NumberInput label={t('requester:exam.to')} value={high} onChange={setHigh} />
        </div>
      ) : (
        <TextArea
          label={t('requester:exam.texts')}
          help={t('requester:exam.texts_help')}
          value={texts}
          onChange={setTexts}
          rows={3}
          dir="auto"
        />
      )}
      <TextArea
        label={t('requester:exam.explanation')}
        help={t('requester:exam.explanation_help')}
        optional
        value={explanation}
        onChange={setExplanation}
        max={2000}
        rows={2}
        dir="auto"
      />
      {problems.length > 0 ? (
        <ul className="grid list-disc gap-1 ps-5 text-sm text-bad-ink">
          {problems.map((p) => (
            <li key={p}>{p}</li>
          ))}
        </ul>
      ) : null}
    </Ask>
  )
}
