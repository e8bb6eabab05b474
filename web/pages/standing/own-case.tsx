import { useState } from 'react'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Badge, Notice } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { DateTime, RelativeTime } from '../../ui/time.tsx'
import { SanctionCard } from './sanction-card.tsx'
import { WaitingCard } from './waiting-card.tsx'
import { Words } from './words.tsx'

export type OwnCaseWhole = Awaited<ReturnType<typeof client.caseDesk.mine>>

/**
 * A case as its person reads it, from what their own endpoint answers. At the desk the same is shown to those who decide,
 * with nothing to press.
 */
export function OwnCase({ file, readOnly = false }: { file: OwnCaseWhole; readOnly?: boolean }) {
  const t = useT('standing')
  const waiting = file.waiting.filter((w) => w.waits_minor !== '0')
  return (
    <div className="grid gap-6">
      <Card className="grid gap-4">
        <SectionHead
          title={t(file.state === 'closed' ? `standing:outcome.${file.outcome}.title` : 'standing:case.title')}
          hint={t(file.state === 'closed' ? `standing:outcome.${file.outcome}.means` : 'standing:case.hint')}
          actions={
            <Badge tone={file.state === 'closed' ? 'plain' : 'info'}>
              {t(file.state === 'closed' ? 'standing:case.is_closed' : 'standing:case.is_open')}
            </Badge>
          }
        />
        <Meanings kinds={file.evidence} />
        <p className="text-sm">
          {file.suspect_since && file.state !== 'closed' ? (
            <>
              {t('standing:case.since')} <DateTime at={file.suspect_since} />.{' '}
            </>
          ) : null}
          {t('standing:case.opened')} <DateTime at={file.opened_at} />.{' '}
          {file.closed_at ? (
            <>
              {t('standing:case.closed')} <DateTime at={file.closed_at} />.
            </>
          ) : (
            <>
              {t('standing:case.decided_by')} <RelativeTime at={file.decide_by} />.
            </>
          )}
        </p>
        <Statement file={file} readOnly={readOnly} />
        {file.state === 'closed' ? null : <WhatNext />}
      </Card>
      {waiting.length > 0 ? <WaitingCard items={waiting} /> : null}
      {file.sanctions.map((s) => (
        <SanctionCard key={s.sanction_id} item={s} readOnly={readOnly} />
      ))}
    </div>
  )
}

/** What one says to it: read, written once, or no longer asked for. */
function Statement({ file, readOnly }: { file: OwnCaseWhole; readOnly: boolean }) {
  const t = useT('standing')
  const [answering, setAnswering] = useState(false)
  if (file.statement !== null)
    return (
      <Notice tone="plain" title={t('standing:case.said')}>
        <p dir="auto" className="whitespace-pre-line">
          {file.statement}
        </p>
      </Notice>
    )
  if (file.state === 'closed') return null
  if (readOnly) return <p className="text-sm text-ink-soft">{t('standing:case.not_said')}</p>
  return answering ? (
    <Words
      label={t('standing:case.answer_label')}
      help={t('standing:case.answer_help')}
      action={t('standing:case.answer_send')}
      said={t('standing:case.answer_sent')}
      changes={[['my_standing']]}
      send={(statement) => client.standing.state({ params: { case_id: file.case_id }, body: { statement } })}
      onCancel={() => setAnswering(false)}
    />
  ) : (
    <Button kind="secondary" className="justify-self-start" onClick={() => setAnswering(true)}>
      {t('standing:case.answer')}
    </Button>
  )
}

/** Each kind of evidence in plain words: what was noticed, and what often explains it otherwise. */
function Meanings({ kinds }: { kinds: readonly string[] }) {
  const t = useT('standing')
  return (
    <div className="text-sm">
      <p className="font-semibold">{t('standing:evidence.title')}</p>
      <ul className="grid gap-2">
        {kinds.map((kind) => (
          <li key={kind} className="border-s-4 border-line ps-3">
            <p>{t(`standing:evidence.${kind}`)}</p>
            <p className="text-ink-soft">{t(`standing:means.${kind}`)}</p>
          </li>
        ))}
      </ul>
    </div>
  )
}

/** What happens from here, in order. */
function WhatNext() {
  const t = useT('standing')
  return (
    <div className="text-sm">
      <p className="font-semibold">{t('standing:next.title')}</p>
      <ol className="grid list-decimal gap-1 ps-5">
        <li>{t('standing:next.say')}</li>
        <li>{t('standing:next.decide')}</li>
        <li>{t('standing:next.appeal')}</li>
      </ol>
    </div>
  )
}
