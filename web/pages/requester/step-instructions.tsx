import { useT } from '../../app/i18n.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { TextArea } from '../../ui/inputs.tsx'
import { Instructions } from '../work/instructions.tsx'
import type { Draft } from './draft.ts'

type Example = Draft['instructions']['good_examples'][number]
type Side = 'good_examples' | 'bad_examples'

/** What people should do, shown beside what they will read. */
export function StepInstructions({ draft, change }: { draft: Draft; change: (part: Partial<Draft>) => void }) {
  const t = useT('requester', 'work')
  const { instructions } = draft
  const set = (part: Partial<Draft['instructions']>) => change({ instructions: { ...instructions, ...part } })
  return (
    <div className="grid items-start gap-6 xl:grid-cols-[minmax(0,1fr)_22rem]">
      <div className="grid min-w-0 gap-6">
        <TextArea
          label={t('requester:instructions.body')}
          help={t('requester:instructions.body_help')}
          value={instructions.body}
          onChange={(body) => set({ body })}
          max={20_000}
          rows={10}
          dir="auto"
        />
        {(['good_examples', 'bad_examples'] as const).map((side) => (
          <Examples key={side} side={side} examples={instructions[side]} onChange={(list) => set({ [side]: list })} />
        ))}
      </div>
      <Card as="div" className="xl:sticky xl:top-20">
        <SectionHead title={t('requester:preview')} />
        {instructions.body.trim() === '' ? (
          <p className="text-ink-soft">{t('requester:instructions.nothing')}</p>
        ) : (
          <Instructions instructions={instructions} lang={draft.language} />
        )}
      </Card>
    </div>
  )
}

function Examples({
  side,
  examples,
  onChange,
}: {
  side: Side
  examples: readonly Example[]
  onChange: (list: Example[]) => void
}) {
  const t = useT('requester')
  const set = (i: number, part: Partial<Example>) => onChange(examples.map((e, j) => (j === i ? { ...e, ...part } : e)))
  return (
    <section className="grid gap-3">
      <SectionHead title={t(`requester:instructions.${side}`)} hint={t(`requester:instructions.${side}_hint`)} />
      {examples.map((example, i) => (
        <div
          key={i}
          className={`grid gap-3 rounded-md border border-line border-s-3 bg-surface p-4 ${side === 'good_examples' ? 'border-s-good' : 'border-s-bad'}`}
        >
          <TextArea
            label={t('requester:instructions.example', { at: i + 1 })}
            value={example.text}
            onChange={(text) => set(i, { text })}
            max={4000}
            rows={2}
            dir="auto"
            aside={
              <IconButton
                icon="cross"
                label={t('requester:instructions.remove', { at: i + 1 })}
                onClick={() => onChange(examples.filter((_, j) => j !== i))}
              />
            }
          />
          <TextArea
            label={t('requester:instructions.why')}
            optional
            value={example.why}
            onChange={(why) => set(i, { why })}
            max={1000}
            rows={1}
            dir="auto"
          />
        </div>
      ))}
      {examples.length < 20 ? (
        <Button
          kind="secondary"
          icon="plus"
          className="justify-self-start"
          onClick={() => onChange([...examples, { text: '', why: '' }])}
        >
          {t(`requester:instructions.add_${side}`)}
        </Button>
      ) : null}
    </section>
  )
}
