import { useState } from 'react'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Badge, Notice, type Tone } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { DateTime, RelativeTime } from '../../ui/time.tsx'
import { Words } from './words.tsx'

export type Mine = Awaited<ReturnType<typeof client.standing.mine>>
export type OwnSanction = Mine['sanctions'][number]

const TONE: Record<OwnSanction['action'], Tone> = {
  warn: 'warn',
  limit: 'warn',
  hold: 'bad',
  suspend: 'bad',
  forfeit: 'bad',
}

/** A sanction in words: what it does, why, until when, and its appeal. */
export function SanctionCard({ item: s, readOnly = false }: { item: OwnSanction; readOnly?: boolean }) {
  const t = useT('standing')
  const [appealing, setAppealing] = useState(false)
  return (
    <Card className="grid gap-4">
      <SectionHead
        title={t(`standing:action.${s.action}.title`)}
        hint={t(`standing:action.${s.action}.does`)}
        actions={
          s.ended_at ? (
            <Badge tone="good">{t('standing:sanction.ended')}</Badge>
          ) : (
            <Badge tone={TONE[s.action]}>{t('standing:sanction.holds')}</Badge>
          )
        }
      />
      <blockquote className="border-s-4 border-line ps-4 whitespace-pre-line" dir="auto">
        {s.reason}
      </blockquote>
      <Evidence kinds={s.evidence} />
      <p className="text-sm text-ink-soft">
        {s.ended_at && s.ended_why ? (
          <>
            {t(`standing:ending.${s.ended_why}`)} (<DateTime at={s.ended_at} />)
          </>
        ) : (
          <>
            {t('standing:until')} <DateTime at={s.ends_at} />.{' '}
            {s.provisional ? t('standing:sanction.provisional') : null}
            {s.since ? (
              <>
                {' '}
                {t('standing:case.since')} <DateTime at={s.since} />.
              </>
            ) : null}
          </>
        )}
      </p>
      {s.appeal ? (
        <Notice
          tone={s.appeal.upheld ? 'good' : 'info'}
          title={t(
            s.appeal.upheld === null
              ? 'standing:appeal.open'
              : s.appeal.upheld
                ? s.appeal.answer === null
                  ? 'standing:appeal.missed'
                  : 'standing:appeal.upheld'
                : 'standing:appeal.dismissed',
          )}
        >
          <p dir="auto" className="whitespace-pre-line">
            {s.appeal.answer ?? s.appeal.reason}
          </p>
          {s.appeal.decided_at === null ? (
            <p>
              {t('standing:appeal.due')} <RelativeTime at={s.appeal.due_at} />
            </p>
          ) : null}
        </Notice>
      ) : s.may_appeal_until ? (
        readOnly ? (
          <p className="text-sm text-ink-soft">
            {t('standing:appeal.until')} <DateTime at={s.may_appeal_until} />.
          </p>
        ) : appealing ? (
          <Words
            label={t('standing:appeal.label')}
            help={t('standing:appeal.help')}
            action={t('standing:appeal.send')}
            said={t('standing:appeal.sent')}
            changes={[['my_standing']]}
            send={(reason) => client.standing.appeal({ params: { sanction_id: s.sanction_id }, body: { reason } })}
            onCancel={() => setAppealing(false)}
          />
        ) : (
          <div className="grid justify-items-start gap-2">
            <Button kind="secondary" onClick={() => setAppealing(true)}>
              {t('standing:appeal.action')}
            </Button>
            <p className="text-sm text-ink-soft">
              {t('standing:appeal.what')} {t('standing:appeal.until')} <DateTime at={s.may_appeal_until} />.
            </p>
          </div>
        )
      ) : null}
    </Card>
  )
}

/** Kinds of evidence, in a few words each. */
export function Evidence({ kinds }: { kinds: readonly string[] }) {
  const t = useT('standing')
  return (
    <div className="text-sm">
      <p className="font-semibold">{t('standing:evidence.title')}</p>
      <ul className="grid list-disc gap-1 ps-5">
        {kinds.map((kind) => (
          <li key={kind}>{t(`standing:evidence.${kind}`)}</li>
        ))}
      </ul>
    </div>
  )
}
