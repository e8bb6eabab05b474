import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { TextArea } from '../../ui/inputs.tsx'
import { Page } from '../../ui/page.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { DataTable } from '../../ui/table.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import { useAct } from '../desk/act.ts'
import { Ask } from '../desk/ask.tsx'
import { ForRole } from '../desk/for-role.tsx'
import { Listing } from '../desk/listing.tsx'
import { useNumbers } from '../desk/numbers.ts'
import { useList } from '../desk/use-list.ts'
import { BeginDialog } from './begin-dialog.tsx'
import { ClaimBadge, LoadedClaim } from './claim-panel.tsx'
import { claimQuery, type Place } from './queries.ts'
import { shareSaid } from './share-said.ts'

/** Finished releases and what is claimed about each: apart from the desk, so that who grades sees nothing of it there. */
export function ClaimsPage() {
  const t = useT('certificate', 'qa', 'desk')
  return (
    <ForRole desk="qa" title={t('certificate:claims')}>
      {() => <Claims />}
    </ForRole>
  )
}

function Claims() {
  const t = useT('certificate', 'qa')
  const n = useNumbers()
  const [beginning, setBeginning] = useState<{ place: Place; title: string }>()
  const list = useList(['claim', 'releases'], (after) =>
    client.certificates.list({ query: { limit: 20, ...(after && { after }) } }),
  )
  return (
    <Page
      title={t('certificate:claims')}
      lead={t('certificate:claims_lead')}
      back={{ to: '/qa', label: t('qa:title') }}
    >
      <Card>
        <Listing
          list={list}
          empty={
            <EmptyState icon="balance" title={t('certificate:no_releases')}>
              {t('certificate:no_releases_why')}
            </EmptyState>
          }
        >
          {(items) => (
            <DataTable
              caption={t('certificate:claims')}
              rows={items}
              rowKey={(r) => r.release_id}
              columns={[
                {
                  key: 'release',
                  head: t('certificate:release'),
                  main: true,
                  cell: (r) => (
                    <Link className="link" to={`/qa/claims/${r.campaign_id}/${r.release_id}`}>
                      <bdi>{r.title}</bdi>, {t('certificate:release_number', { number: r.release_number })}
                    </Link>
                  ),
                },
                { key: 'at', head: t('certificate:ready'), cell: (r) => <RelativeTime at={r.ready_at} /> },
                {
                  key: 'datapoints',
                  head: t('certificate:in_release'),
                  numeric: true,
                  cell: (r) => n.int(r.datapoints),
                },
                {
                  key: 'claim',
                  head: t('certificate:claim'),
                  cell: (r) =>
                    r.state === null ? (
                      <Button
                        size="small"
                        kind="secondary"
                        aria-label={`${t('certificate:begin.action')}: ${r.title}, ${r.release_number}`}
                        onClick={() =>
                          setBeginning({
                            place: r,
                            title: `${r.title}, ${t('certificate:release_number', { number: r.release_number })}`,
                          })
                        }
                      >
                        {t('certificate:begin.action')}
                      </Button>
                    ) : (
                      <span className="flex flex-wrap items-center gap-2">
                        <ClaimBadge state={r.state} />
                        <span>{t('certificate:or_more', { share: shareSaid(n, r.at_least) })}</span>
                      </span>
                    ),
                },
              ]}
            />
          )}
        </Listing>
      </Card>
      {beginning ? (
        <BeginDialog place={beginning.place} title={beginning.title} onClose={() => setBeginning(undefined)} />
      ) : null}
    </Page>
  )
}

/** One release's claim, for QA. */
export function ClaimPage() {
  const t = useT('certificate')
  const { campaignId, releaseId } = useParams({ strict: false }) as { campaignId: string; releaseId: string }
  return (
    <ForRole desk="qa" title={t('certificate:title')}>
      {() => <One place={{ campaign_id: campaignId, release_id: releaseId }} />}
    </ForRole>
  )
}

function One({ place }: { place: Place }) {
  const t = useT('certificate')
  const claim = useQuery(claimQuery(place)).data
  const [asking, setAsking] = useState<'begin' | 'withdraw'>()
  const name = claim
    ? `${claim.title}, ${t('certificate:release_number', { number: claim.release_number })}`
    : t('certificate:title')
  return (
    <Page
      title={name}
      back={{ to: '/qa/claims', label: t('certificate:claims') }}
      width="wide"
      actions={
        claim?.state === 'open' ? (
          <Button kind="secondary" onClick={() => setAsking('withdraw')}>
            {t('certificate:withdraw.action')}
          </Button>
        ) : undefined
      }
    >
      <Card>
        <SectionHead title={t('certificate:title')} hint={t('certificate:title_hint')} />
        <LoadedClaim
          place={place}
          none={
            <EmptyState
              icon="balance"
              title={t('certificate:none')}
              actions={<Button onClick={() => setAsking('begin')}>{t('certificate:begin.action')}</Button>}
            >
              {t('certificate:none_why')}
            </EmptyState>
          }
        />
      </Card>
      {asking === 'begin' ? <BeginDialog place={place} title={name} onClose={() => setAsking(undefined)} /> : null}
      {asking === 'withdraw' ? <Withdraw place={place} onClose={() => setAsking(undefined)} /> : null}
    </Page>
  )
}

function Withdraw({ place, onClose }: { place: Place; onClose: () => void }) {
  const t = useT('certificate')
  const [note, setNote] = useState('')
  const withdraw = useAct(() => client.certificates.withdraw({ params: place, body: { note: note.trim() } }), {
    changes: [['claim'], ['qa']],
    said: t('certificate:withdraw.done'),
    after: onClose,
  })
  return (
    <Ask
      open
      onClose={onClose}
      title={t('certificate:withdraw.title')}
      action={t('certificate:withdraw.action')}
      danger
      busy={withdraw.isPending}
      error={withdraw.error}
      disabled={note.trim() === ''}
      onGo={() => withdraw.mutate(undefined)}
    >
      <p>{t('certificate:withdraw.why')}</p>
      <TextArea label={t('certificate:withdraw.note')} value={note} onChange={setNote} max={2000} rows={3} dir="auto" />
    </Ask>
  )
}
