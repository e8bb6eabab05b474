import { EVIDENCE_KINDS, STRENGTHS } from '../../../src/domains/integrity/cases/contract.ts'
import { useT } from '../../app/i18n.ts'
import { Select, TextArea } from '../../ui/inputs.tsx'

export type Evidence = {
  kind: (typeof EVIDENCE_KINDS)[number]
  strength: (typeof STRENGTHS)[number]
  says: string
}
export const NO_EVIDENCE: Evidence = { kind: 'rule_broken', strength: 'fair', says: '' }
export const isEvidence = (e: Evidence): boolean => e.says.trim().length >= 10

/** One piece of evidence: its kind, how much it carries, and what it shows. */
export function EvidenceFields({ value, onChange }: { value: Evidence; onChange: (value: Evidence) => void }) {
  const t = useT('cases')
  return (
    <div className="grid gap-4">
      <div className="grid gap-4 sm:grid-cols-2">
        <Select
          label={t('cases:evidence.kind')}
          value={value.kind}
          onChange={(kind) => onChange({ ...value, kind: kind as Evidence['kind'] })}
          options={EVIDENCE_KINDS.map((kind) => ({ value: kind, label: t(`cases:kind.${kind}`) }))}
        />
        <Select
          label={t('cases:evidence.strength')}
          help={t('cases:evidence.strength_help')}
          value={value.strength}
          onChange={(strength) => onChange({ ...value, strength: strength as Evidence['strength'] })}
          options={STRENGTHS.map((s) => ({ value: s, label: t(`cases:strength.${s}`) }))}
        />
      </div>
      <TextArea
        label={t('cases:evidence.says')}
        help={t('cases:evidence.says_help')}
        max={2000}
        value={value.says}
        onChange={(says) => onChange({ ...value, says })}
        dir="auto"
      />
    </div>
  )
}
