import { useT } from '../../app/i18n.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Checkbox } from '../../ui/choices.tsx'
import { FieldSet, FieldError } from '../../ui/field.tsx'
import { NumberInput, Select, TextInput } from '../../ui/inputs.tsx'
import { type Asked, freeKey, keyFrom, KINDS, type Kind, type ItemField } from './questions.ts'

type Props = {
  question: Asked
  at: number
  of: number
  taken: readonly string[]
  fields: readonly ItemField[]
  problems: readonly string[]
  onChange: (q: Asked) => void
  onMove: (by: -1 | 1) => void
  onRemove: () => void
  onCopy: () => void
}

const WITH_OPTIONS: readonly Kind[] = ['choice', 'choices', 'ranking']

/** One question of the builder, with what its kind needs and nothing else. */
export function QuestionCard({
  question: q,
  at,
  of,
  taken,
  fields,
  problems,
  onChange,
  onMove,
  onRemove,
  onCopy,
}: Props) {
  const t = useT('requester')
  const set = (part: Partial<Asked>) => onChange({ ...q, ...part })
  const label = q.title.trim() === '' ? t('requester:form.question', { at: at + 1 }) : q.title
  return (
    <section aria-label={label} className="grid gap-4 rounded-lg border border-line bg-surface p-4 shadow-1">
      <div className="-mt-1 flex items-center gap-1">
        <h3 className="min-w-0 grow truncate text-sm text-ink-soft">{t('requester:form.question', { at: at + 1 })}</h3>
        <IconButton
          icon="up"
          label={t('requester:form.up', { title: label })}
          disabled={at === 0}
          onClick={() => onMove(-1)}
        />
        <IconButton
          icon="down"
          label={t('requester:form.down', { title: label })}
          disabled={at === of - 1}
          onClick={() => onMove(1)}
        />
        <IconButton icon="copy" label={t('requester:form.copy', { title: label })} onClick={onCopy} />
        <IconButton icon="cross" label={t('requester:form.remove', { title: label })} onClick={onRemove} />
      </div>
      <TextInput
        label={t('requester:form.title')}
        value={q.title}
        max={400}
        dir="auto"
        onChange={(title) =>
          set({ title, ...(q.own_key ? {} : { key: freeKey(keyFrom(title, `q${at + 1}`), taken) }) })
        }
      />
      <Select
        label={t('requester:form.kind')}
        value={q.kind}
        onChange={(kind) =>
          onChange({ ...q, kind: kind as Kind, ...(kind === 'scale' && q.min === '' ? { min: '1', max: '5' } : {}) })
        }
        options={KINDS.map((k) => ({ value: k, label: t(`requester:kind.${k}`) }))}
      />
      {WITH_OPTIONS.includes(q.kind) ? <Options q={q} set={set} /> : null}
      {q.kind === 'choices' ||
      q.kind === 'number' ||
      q.kind === 'scale' ||
      q.kind === 'short_text' ||
      q.kind === 'long_text' ? (
        <div className="grid gap-4 sm:grid-cols-2">
          <NumberInput
            label={t(`requester:form.min.${q.kind}`)}
            optional={q.kind !== 'scale'}
            value={q.min}
            onChange={(min) => set({ min })}
          />
          <NumberInput
            label={t(`requester:form.max.${q.kind}`)}
            optional={q.kind !== 'scale'}
            value={q.max}
            onChange={(max) => set({ max })}
          />
          {q.kind === 'scale' ? (
            <>
              <TextInput
                label={t('requester:form.min_label')}
                optional
                value={q.min_label}
                onChange={(min_label) => set({ min_label })}
                dir="auto"
              />
              <TextInput
                label={t('requester:form.max_label')}
                optional
                value={q.max_label}
                onChange={(max_label) => set({ max_label })}
                dir="auto"
              />
            </>
          ) : null}
        </div>
      ) : null}
      {q.kind === 'number' ? (
        <Checkbox label={t('requester:form.whole')} checked={q.integer} onChange={(integer) => set({ integer })} />
      ) : null}
      {q.kind === 'preference' ? (
        <>
          <div className="grid gap-4 sm:grid-cols-2">
            <FieldName
              label={t('requester:form.a_field')}
              value={q.a_field}
              fields={fields}
              onChange={(a_field) => set({ a_field })}
            />
            <FieldName
              label={t('requester:form.b_field')}
              value={q.b_field}
              fields={fields}
              onChange={(b_field) => set({ b_field })}
            />
          </div>
          <Checkbox label={t('requester:form.tie')} checked={q.tie} onChange={(tie) => set({ tie })} />
        </>
      ) : null}
      <Checkbox
        label={t('requester:form.required')}
        help={t('requester:form.required_help')}
        checked={q.required}
        onChange={(required) => set({ required })}
      />
      <details className="text-sm">
        <summary className="inline-flex min-h-touch items-center rounded-sm text-ink-soft underline underline-offset-2">
          {t('requester:form.more')}
        </summary>
        <div className="mt-3 grid gap-4">
          <TextInput
            label={t('requester:form.help')}
            optional
            value={q.help}
            onChange={(help) => set({ help })}
            dir="auto"
          />
          {q.kind === 'short_text' || q.kind === 'long_text' || q.kind === 'link' || q.kind === 'number' ? (
            <TextInput
              label={t('requester:form.placeholder')}
              optional
              value={q.placeholder}
              onChange={(placeholder) => set({ placeholder })}
              dir="auto"
            />
          ) : null}
          <TextInput
            label={t('requester:form.key')}
            help={t('requester:form.key_help')}
            value={q.key}
            dir="ltr"
            error={
              /^[a-z][a-z0-9_]{0,39}$/.test(q.key)
                ? taken.includes(q.key)
                  ? t('requester:form.key_taken')
                  : undefined
                : t('requester:form.key_wrong')
            }
            onChange={(key) => set({ key, own_key: true })}
          />
        </div>
      </details>
      {problems.map((p) => (
        <FieldError key={p} error={p} />
      ))}
    </section>
  )
}

function FieldName({
  label,
  value,
  fields,
  onChange,
}: {
  label: string
  value: string
  fields: readonly ItemField[]
  onChange: (v: string) => void
}) {
  const t = useT('requester')
  return fields.length > 0 ? (
    <Select
      label={label}
      value={value}
      onChange={onChange}
      empty={t('requester:form.choose_field')}
      options={fields.map((f) => ({ value: f.field, label: f.field }))}
    />
  ) : (
    <TextInput label={label} value={value} onChange={onChange} dir="ltr" />
  )
}

function Options({ q, set }: { q: Asked; set: (part: Partial<Asked>) => void }) {
  const t = useT('requester')
  const values = q.options.map((o) => o.value)
  const relabel = (i: number, label: string) =>
    set({
      options: q.options.map((o, j) => {
        if (j !== i) return o
        // A value that people's answers already carry must not change under them; one that still follows its label may.
        const follows = o.value === keyFrom(o.label, o.value) || o.value === o.label || o.value.startsWith('option_')
        const value = follows
          ? freeKey(
              keyFrom(label, `option_${i + 1}`),
              values.filter((_, k) => k !== i),
            )
          : o.value
        return { value, label }
      }),
    })
  return (
    <FieldSet legend={t('requester:form.options')} help={t('requester:form.options_help')}>
      <div className="grid gap-2">
        {q.options.map((o, i) => (
          <div key={i} className="flex items-end gap-1">
            <TextInput
              className="grow"
              label={<span className="text-sm font-normal">{t('requester:form.option', { at: i + 1 })}</span>}
              value={o.label}
              onChange={(label) => relabel(i, label)}
              dir="auto"
              aside={<bdi className="font-mono text-xs text-ink-faint">{o.value}</bdi>}
            />
            <IconButton
              icon="cross"
              label={t('requester:form.remove_option', { at: i + 1 })}
              onClick={() => set({ options: q.options.filter((_, j) => j !== i) })}
            />
          </div>
        ))}
        <Button
          kind="secondary"
          size="small"
          icon="plus"
          className="justify-self-start"
          onClick={() =>
            set({ options: [...q.options, { value: freeKey(`option_${q.options.length + 1}`, values), label: '' }] })
          }
        >
          {t('requester:form.add_option')}
        </Button>
      </div>
    </FieldSet>
  )
}
