import { useT } from '../../app/i18n.ts'
import { RadioGroup } from '../../ui/choices.tsx'
import { FieldSet } from '../../ui/field.tsx'
import { NumberInput, Select, TextInput } from '../../ui/inputs.tsx'
import { numberOf } from '../../work-form/form.ts'
import { fromLocal, toLocal } from '../desk/local-time.ts'
import type { Draft } from './draft.ts'

const CLASSES = ['simple_research', 'in_depth_research', 'adversarial', 'labelling'] as const
const DIFFICULTIES = ['beginner', 'intermediate', 'advanced', 'expert'] as const

/** What is asked for, how much of it, and until when. */
export function StepBasics({ draft, change }: { draft: Draft; change: (part: Partial<Draft>) => void }) {
  const t = useT('requester', 'desk')
  const count = (typed: string) => {
    const n = numberOf(typed)
    return n !== undefined && Number.isInteger(n) && n >= 0 ? n : 0
  }
  return (
    <div className="grid gap-6">
      <TextInput
        label={t('requester:basics.title')}
        help={t('requester:basics.title_help')}
        value={draft.title}
        onChange={(title) => change({ title })}
        max={200}
        dir="auto"
      />
      <FieldSet legend={t('requester:basics.class')}>
        <RadioGroup
          name="task_class"
          value={draft.task_class}
          onChange={(v) => change({ task_class: v as Draft['task_class'] })}
          options={CLASSES.map((c) => ({
            value: c,
            label: t(`desk:task_class.${c}`),
            help: t(`requester:class_means.${c}`),
          }))}
        />
      </FieldSet>
      <FieldSet legend={t('requester:basics.mode')}>
        <RadioGroup
          name="mode"
          value={draft.mode}
          onChange={(v) => change({ mode: v as Draft['mode'] })}
          options={(['review', 'redundancy'] as const).map((m) => ({
            value: m,
            label: t(`requester:mode.${m}`),
            help: t(`requester:mode_means.${m}`),
          }))}
        />
      </FieldSet>
      <FieldSet legend={t('requester:basics.source')}>
        <RadioGroup
          name="source"
          value={draft.open_collection ? 'open' : 'items'}
          onChange={(v) => change({ open_collection: v === 'open' })}
          options={[
            { value: 'items', label: t('requester:basics.items'), help: t('requester:basics.items_help') },
            { value: 'open', label: t('requester:basics.open'), help: t('requester:basics.open_help') },
          ]}
        />
      </FieldSet>
      <div className="grid gap-5 sm:grid-cols-2">
        <Select
          label={t('requester:basics.difficulty')}
          value={draft.difficulty}
          onChange={(v) => change({ difficulty: v as Draft['difficulty'] })}
          options={DIFFICULTIES.map((d) => ({ value: d, label: t(`desk:difficulty.${d}`) }))}
        />
        <TextInput
          label={t('requester:basics.area')}
          help={t('requester:basics.area_help')}
          value={draft.knowledge_area}
          onChange={(knowledge_area) => change({ knowledge_area })}
          max={60}
          dir="auto"
        />
        <TextInput
          label={t('requester:basics.language')}
          help={t('requester:basics.language_help')}
          value={draft.language}
          onChange={(language) => change({ language: language.trim() })}
          dir="ltr"
          autoCapitalize="none"
        />
        <NumberInput
          label={t('requester:basics.quota')}
          help={t('requester:basics.quota_help')}
          value={draft.quota === 0 ? '' : String(draft.quota)}
          onChange={(v) => change({ quota: count(v) })}
          inputMode="numeric"
        />
        <NumberInput
          label={t('requester:basics.pilot')}
          help={t('requester:basics.pilot_help')}
          value={String(draft.pilot_size)}
          onChange={(v) => change({ pilot_size: count(v) })}
          inputMode="numeric"
        />
        <TextInput
          type="datetime-local"
          label={t('requester:basics.deadline')}
          optional
          value={draft.deadline ? toLocal(draft.deadline) : ''}
          onChange={(v) => change({ deadline: fromLocal(v) ?? null })}
        />
      </div>
    </div>
  )
}
