import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ApiError } from '../../../src/client.ts'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Badge, Notice } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { Checkbox } from '../../ui/choices.tsx'
import { FieldSet } from '../../ui/field.tsx'
import { FileDrop } from '../../ui/file-drop.tsx'
import { TextInput } from '../../ui/inputs.tsx'
import { ProgressBar } from '../../ui/progress.tsx'
import { ErrorLine } from '../../ui/states.tsx'
import { useAct } from '../desk/act.ts'
import { Ask } from '../desk/ask.tsx'
import { useNumbers } from '../desk/numbers.ts'
import { ItemsTable } from './items-table.tsx'
import { formatOf, importIdOf, partsOf, unknownParts } from './import-parts.ts'
import type { ManagedView } from './queries.ts'
import { SplitCard } from './split-card.tsx'

type Running = { name: string; done: number; of: number; imported: number; unchanged: number }
type Refused = { name: string; file: File; problems: { field: string; message: string }[]; error: unknown }

/** The things to work on: brought in from a file, or left to contributors in an open collection. */
export function StepItems({ campaign }: { campaign: ManagedView }) {
  const t = useT('requester')
  const n = useNumbers()
  const queries = useQueryClient()
  const [ref, setRef] = useState('')
  const [ignored, setIgnored] = useState<readonly string[]>([])
  const [running, setRunning] = useState<Running | null>(null)
  const [done, setDone] = useState<Running | null>(null)
  const [refused, setRefused] = useState<Refused | null>(null)
  const [clearing, setClearing] = useState(false)
  const campaign_id = campaign.campaign_id
  const clear = useAct(() => client.campaigns.clear_items({ params: { campaign_id } }), {
    changes: [['requester']],
    said: (r) => t('requester:items.cleared', { count: r.removed }),
    after: () => {
      setClearing(false)
      setDone(null)
    },
  })
  if (campaign.open_collection) {
    return (
      <Notice tone="info" title={t('requester:items.open_title')}>
        {t('requester:items.open_why', { count: campaign.quota })}
      </Notice>
    )
  }
  const take = async (file: File, ignore: readonly string[] = ignored) => {
    setRefused(null)
    setDone(null)
    setRunning({ name: file.name, done: 0, of: 1, imported: 0, unchanged: 0 })
    try {
      const text = await file.text()
      const options = {
        format: formatOf(file.name, text.slice(0, 200)),
        ...(ref.trim() && { ref_field: ref.trim() }),
        ...(ignore.length > 0 && { ignore: [...ignore] }),
      }
      const parts = partsOf(text)
      const import_id = await importIdOf(text, options)
      // An import that was broken off before goes on with the part that is missing.
      const before = await client.campaigns.import_state({ params: { campaign_id, import_id } }).catch(() => undefined)
      let state: Running = {
        name: file.name,
        done: Math.min(parts.length, (before?.next_part ?? 1) - 1),
        of: parts.length,
        imported: before?.imported ?? 0,
        unchanged: before?.unchanged ?? 0,
      }
      setRunning(state)
      for (let i = before?.state === 'done' ? parts.length : state.done; i < parts.length; i++) {
        const answer = await client.campaigns.import_items({
          params: { campaign_id },
          body: { import_id, part: i + 1, last: i === parts.length - 1, text: parts[i] ?? '', ...options },
        })
        state = { ...state, done: i + 1, imported: answer.imported, unchanged: answer.unchanged }
        setRunning(state)
      }
      setDone(state)
    } catch (error) {
      setRefused({ name: file.name, file, error, problems: error instanceof ApiError ? (error.fields ?? []) : [] })
    } finally {
      setRunning(null)
      await queries.invalidateQueries({ queryKey: ['requester'] })
    }
  }
  const unknown = refused ? unknownParts(refused.problems.map((p) => p.message)) : []
  return (
    <div className="grid gap-6">
      <Card className="grid gap-5">
        <SectionHead
          title={t('requester:items.title')}
          hint={t('requester:items.hint')}
          actions={
            <Badge tone={campaign.items >= campaign.quota ? 'good' : 'warn'}>
              {t('requester:items.count', { items: campaign.items, quota: campaign.quota })}
            </Badge>
          }
        />
        <FileDrop
          label={t('requester:items.drop')}
          hint={t('requester:items.formats')}
          accept=".csv,.jsonl,.ndjson,.json,text/csv,application/json"
          disabled={running !== null}
          onFile={(file) => void take(file)}
        />
        {running ? (
          <ProgressBar
            value={running.done}
            max={running.of}
            label={t('requester:items.importing', { name: running.name })}
            detail={t('requester:items.so_far', { count: running.imported })}
          />
        ) : null}
        {done ? (
          <Notice tone="good" role="status" title={t('requester:items.done', { name: done.name })}>
            {t('requester:items.done_more', { imported: n.int(done.imported), unchanged: n.int(done.unchanged) })}
          </Notice>
        ) : null}
        {refused ? (
          <div className="grid gap-4">
            {refused.problems.length > 0 ? (
              <Notice tone="bad" role="alert" title={t('requester:items.refused', { name: refused.name })}>
                <ul className="mt-1 grid gap-1" dir="auto">
                  {refused.problems.map((p, i) => (
                    <li key={i}>{p.message}</li>
                  ))}
                </ul>
              </Notice>
            ) : (
              <ErrorLine error={refused.error} />
            )}
            {unknown.length > 0 ? (
              <FieldSet legend={t('requester:items.leave_out')} help={t('requester:items.leave_out_help')}>
                <div className="grid gap-2 sm:grid-cols-3">
                  {unknown.map((part) => (
                    <Checkbox
                      key={part}
                      label={<bdi className="font-mono">{part}</bdi>}
                      checked={ignored.includes(part)}
                      onChange={(on) => setIgnored((all) => (on ? [...all, part] : all.filter((p) => p !== part)))}
                    />
                  ))}
                </div>
              </FieldSet>
            ) : null}
            <Button
              kind="secondary"
              icon="refresh"
              className="justify-self-start"
              onClick={() => void take(refused.file)}
            >
              {t('requester:items.again')}
            </Button>
          </div>
        ) : null}
        <details className="text-sm">
          <summary className="inline-flex min-h-touch items-center rounded-sm text-ink-soft underline underline-offset-2">
            {t('requester:items.options')}
          </summary>
          <div className="mt-3 max-w-md">
            <TextInput
              label={t('requester:items.ref')}
              help={t('requester:items.ref_help')}
              optional
              value={ref}
              onChange={setRef}
              dir="ltr"
            />
          </div>
        </details>
        <p className="text-sm text-ink-soft">
          {t('requester:items.fields', {
            list: (campaign.form.ui.item ?? []).map((f) => f.field).join(', ') || t('requester:items.no_fields'),
          })}
        </p>
      </Card>
      {campaign.items > 0 ? (
        <Card>
          <SectionHead
            title={t('requester:items.first')}
            actions={
              campaign.status === 'draft' ? (
                <Button kind="danger" size="small" onClick={() => setClearing(true)}>
                  {t('requester:items.clear')}
                </Button>
              ) : undefined
            }
          />
          <ItemsTable campaignId={campaign_id} />
        </Card>
      ) : null}
      {campaign.items > 1 && campaign.status === 'draft' ? <SplitCard campaign={campaign} /> : null}
      <Ask
        open={clearing}
        onClose={() => setClearing(false)}
        title={t('requester:items.clear')}
        action={t('requester:items.clear')}
        danger
        busy={clear.isPending}
        error={clear.error}
        onGo={() => clear.mutate(undefined)}
      >
        <p>{t('requester:items.clear_why', { items: n.int(campaign.items) })}</p>
      </Ask>
    </div>
  )
}
