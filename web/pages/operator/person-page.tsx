import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Badge, Notice } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { Checkbox } from '../../ui/choices.tsx'
import { TextArea } from '../../ui/inputs.tsx'
import { ErrorLine } from '../../ui/states.tsx'
import { Stat, StatRow } from '../../ui/stat.tsx'
import { DateTime, RelativeTime } from '../../ui/time.tsx'
import { useAct } from '../desk/act.ts'
import { Ask } from '../desk/ask.tsx'
import { Loaded } from '../desk/loaded.tsx'
import { useNumbers } from '../desk/numbers.ts'
import { OperatorPage } from './operator-page.tsx'
import { type PlatformRole, ROLES } from './people-page.tsx'
import type { PersonView } from './queries.ts'

/** One person: their roles, their work in figures, and suspension with a reason that they are told. */
export function PersonPage() {
  const t = useT('operator')
  const accountId = String(useParams({ strict: false }).accountId)
  const query = useQuery({
    queryKey: ['operator', 'person', accountId],
    queryFn: () => client.people.one({ params: { account_id: accountId } }),
  })
  return (
    <OperatorPage
      place="people"
      title={query.data?.handle ?? t('operator:person.title')}
      back={{ to: '/operator/people', label: t('operator:people.title') }}
      badge={query.data?.suspended_at ? <Badge tone="bad">{t('operator:people.suspended')}</Badge> : undefined}
    >
      {(account) => (
        <Loaded query={query}>
          {(person) => <Person person={person} own={person.account_id === account.account_id} />}
        </Loaded>
      )}
    </OperatorPage>
  )
}

function Person({ person, own }: { person: PersonView; own: boolean }) {
  const t = useT('operator')
  const n = useNumbers()
  const [roles, setRoles] = useState<readonly PlatformRole[]>(person.roles)
  const [asking, setAsking] = useState(false)
  const [reason, setReason] = useState('')
  const changes = [['operator', 'person', person.account_id], ['operator', 'people'], ['me']]
  const params = { account_id: person.account_id }
  const save = useAct(() => client.people.set_roles({ params, body: { roles: [...roles] } }), {
    changes,
    said: t('operator:person.roles_saved'),
  })
  const suspend = useAct<undefined, { account_id: string }>(
    () =>
      person.suspended_at
        ? client.cases.release({ params, body: { reason } })
        : client.cases.stop({ params, body: { reason } }),
    {
      changes,
      said: t(person.suspended_at ? 'operator:person.unsuspended' : 'operator:person.suspended'),
      after: () => {
        setAsking(false)
        setReason('')
      },
    },
  )
  const changed = [...roles].toSorted().join() !== [...person.roles].toSorted().join()
  return (
    <>
      {person.erased_at ? <Notice tone="plain">{t('operator:person.was_erased')}</Notice> : null}
      {person.suspended_at ? (
        <Notice tone="bad" title={t('operator:person.is_suspended')}>
          <bdi>{person.suspension_reason}</bdi> (<RelativeTime at={person.suspended_at} />)
        </Notice>
      ) : null}
      <Card>
        <StatRow>
          <Stat label={t('operator:people.campaigns')} value={n.int(person.campaigns)} />
          <Stat label={t('operator:people.submissions')} value={n.int(person.submissions)} />
          <Stat label={t('operator:people.reviews')} value={n.int(person.reviews)} />
        </StatRow>
        <dl className="mt-6 grid gap-2 border-t border-line pt-4 text-sm sm:grid-cols-[auto_1fr] sm:gap-x-6">
          <dt className="text-ink-soft">{t('operator:person.id')}</dt>
          <dd className="font-mono" dir="ltr">
            {person.account_id}
          </dd>
          <dt className="text-ink-soft">{t('operator:person.joined')}</dt>
          <dd>
            <DateTime at={person.created_at} />
          </dd>
          <dt className="text-ink-soft">{t('operator:people.seen')}</dt>
          <dd>{person.last_seen_at ? <RelativeTime at={person.last_seen_at} /> : '–'}</dd>
        </dl>
      </Card>
      {person.erased_at ? null : (
        <>
          <Card className="grid gap-4">
            <SectionHead title={t('operator:people.roles')} hint={t('operator:person.roles_hint')} />
            <div className="grid gap-2 sm:grid-cols-3">
              {ROLES.map((r) => (
                <Checkbox
                  key={r}
                  label={t(`operator:role.${r}`)}
                  help={t(`operator:role_means.${r}`)}
                  checked={roles.includes(r)}
                  onChange={(on) => setRoles((all) => (on ? [...all, r] : all.filter((x) => x !== r)))}
                />
              ))}
            </div>
            <ErrorLine error={save.error} />
            <Button
              className="justify-self-start"
              disabled={!changed}
              busy={save.isPending}
              onClick={() => save.mutate(undefined)}
            >
              {t('operator:person.save_roles')}
            </Button>
          </Card>
          {own ? null : (
            <Card>
              <SectionHead
                title={t(person.suspended_at ? 'operator:person.unsuspend' : 'operator:person.suspend')}
                hint={t(person.suspended_at ? 'operator:person.unsuspend_hint' : 'operator:person.suspend_hint')}
                actions={
                  <Button kind={person.suspended_at ? 'secondary' : 'danger'} onClick={() => setAsking(true)}>
                    {t(person.suspended_at ? 'operator:person.unsuspend' : 'operator:person.suspend')}
                  </Button>
                }
              />
            </Card>
          )}
        </>
      )}
      <Ask
        open={asking}
        onClose={() => setAsking(false)}
        title={t(person.suspended_at ? 'operator:person.unsuspend' : 'operator:person.suspend')}
        action={t(person.suspended_at ? 'operator:person.unsuspend' : 'operator:person.suspend')}
        danger={!person.suspended_at}
        busy={suspend.isPending}
        error={suspend.error}
        disabled={reason.trim().length < 3}
        onGo={() => suspend.mutate(undefined)}
      >
        <p>{t(person.suspended_at ? 'operator:person.unsuspend_hint' : 'operator:person.suspend_hint')}</p>
        <TextArea
          label={t('operator:person.reason')}
          help={t('operator:person.reason_help')}
          max={1000}
          value={reason}
          onChange={setReason}
        />
      </Ask>
    </>
  )
}
