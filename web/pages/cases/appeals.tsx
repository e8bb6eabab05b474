import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { TextArea } from '../../ui/inputs.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import { useAct } from '../desk/act.ts'
import { Ask } from '../desk/ask.tsx'
import { Loaded } from '../desk/loaded.tsx'

type Appeal = Awaited<ReturnType<typeof client.cases.appeals>>['items'][number]

/** Appeals that wait for somebody who had no part; one that is not answered in time ends its sanction. */
export function Appeals() {
  const t = useT('cases', 'standing')
  const query = useQuery({ queryKey: ['cases', 'appeals'], queryFn: () => client.cases.appeals() })
  return (
    <Card className="grid gap-4">
      <SectionHead title={t('cases:appeals.title')} hint={t('cases:appeals.hint')} />
      <Loaded query={query} lines={2}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="text-ink-soft">{t('cases:appeals.none')}</p>
          ) : (
            <ul className="grid gap-3">
              {items.map((a) => (
                <AppealRow key={a.sanction_id} item={a} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </Card>
  )
}

function AppealRow({ item: a }: { item: Appeal }) {
  const t = useT('cases', 'standing')
  const [deciding, setDeciding] = useState<boolean | null>(null)
  const [answer, setAnswer] = useState('')
  const act = useAct(
    () =>
      client.cases.decide_appeal({
        params: { sanction_id: a.sanction_id },
        body: { upheld: deciding === true, answer: answer.trim() },
      }),
    { changes: [['cases']], said: t('cases:appeals.answered'), after: () => setDeciding(null) },
  )
  return (
    <li className="grid gap-3 rounded-md border border-line p-3">
      <div className="flex flex-wrap items-center gap-2">
        <Badge tone="warn">{t(`standing:action.${a.action}.title`)}</Badge>
        {a.asked ? <Badge tone="accent">{t('cases:appeals.asked')}</Badge> : null}
        <span className="text-sm text-ink-soft">
          {t('cases:appeals.due')} <RelativeTime at={a.appeal.due_at} />
        </span>
        <Link to={`/qa/cases/${a.case_id}`} className="link text-sm">
          {t('cases:appeals.case')}
        </Link>
      </div>
      <dl className="grid gap-2 text-sm">
        <div>
          <dt className="font-semibold">{t('cases:appeals.told')}</dt>
          <dd dir="auto" className="whitespace-pre-line">
            {a.reason}
          </dd>
        </div>
        <div>
          <dt className="font-semibold">{t('cases:appeals.says')}</dt>
          <dd dir="auto" className="whitespace-pre-line">
            {a.appeal.reason}
          </dd>
        </div>
      </dl>
      {a.may_decide ? (
        <div className="flex flex-wrap gap-2">
          <Button onClick={() => setDeciding(true)}>{t('cases:appeals.uphold')}</Button>
          <Button kind="secondary" onClick={() => setDeciding(false)}>
            {t('cases:appeals.dismiss')}
          </Button>
        </div>
      ) : (
        <p className="text-sm text-ink-soft">{t('cases:appeals.not_you')}</p>
      )}
      <Ask
        open={deciding !== null}
        onClose={() => setDeciding(null)}
        title={t(deciding ? 'cases:appeals.uphold' : 'cases:appeals.dismiss')}
        action={t('cases:appeals.send')}
        busy={act.isPending}
        error={act.error}
        disabled={answer.trim().length < 10}
        onGo={() => act.mutate(undefined)}
      >
        <p>{t(deciding ? 'cases:appeals.uphold_does' : 'cases:appeals.dismiss_does')}</p>
        <TextArea
          label={t('cases:appeals.answer')}
          help={t('cases:appeals.answer_help')}
          max={1000}
          value={answer}
          onChange={setAnswer}
          dir="auto"
        />
      </Ask>
    </li>
  )
}
