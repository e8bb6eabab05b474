import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Badge, Notice } from '../../ui/badge.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { Page } from '../../ui/page.tsx'
import { Stat, StatRow } from '../../ui/stat.tsx'
import { DateTime } from '../../ui/time.tsx'
import { CertificateCard } from '../certificate/certificate-view.tsx'
import { DatasetCard } from '../desk/dataset-card.tsx'
import { FileTable } from '../desk/file-table.tsx'
import { Loaded } from '../desk/loaded.tsx'
import { useNumbers } from '../desk/numbers.ts'

/** A published dataset as anyone sees it: its card, its files and their hashes, and what was withdrawn since. */
export function ReleasePage() {
  const t = useT('report', 'desk', 'certificate')
  const n = useNumbers()
  const { campaignId, number } = useParams({ strict: false }) as { campaignId: string; number: string }
  const query = useQuery({
    queryKey: ['public', 'release', campaignId, number],
    queryFn: () => client.releases.page({ params: { campaign_id: campaignId, number: Number(number) } }),
  })
  const r = query.data
  return (
    <Page
      title={r ? t('report:release.name', { title: r.title, number: r.number }) : t('report:release.title')}
      back={{ to: '/reports', label: t('report:all') }}
      badge={
        r ? (
          <>
            <Badge tone="accent">{t(`report:task_class.${r.task_class}`)}</Badge>
            {r.latest ? <Badge tone="good">{t('report:release.latest')}</Badge> : null}
          </>
        ) : undefined
      }
    >
      <Loaded query={query} lines={8}>
        {(release) => (
          <div className="grid gap-6">
            {release.successor_number !== null ? (
              <Notice tone="warn" title={t('report:release.succeeded')}>
                <Link className="link" to={`/datasets/${campaignId}/${release.successor_number}`}>
                  {t('report:release.to_successor', { number: release.successor_number })}
                </Link>
              </Notice>
            ) : null}
            <Card>
              <StatRow>
                <Stat
                  label={t('report:release.datapoints')}
                  value={n.int(release.counts.datapoints)}
                  meaning={t('report:release.datapoints_means')}
                />
                <Stat
                  label={t('report:release.annotations')}
                  value={n.int(release.counts.annotations)}
                  meaning={t('report:release.annotations_means')}
                />
                <Stat
                  label={t('report:release.people')}
                  value={n.int(release.counts.workers)}
                  meaning={t('report:release.people_means')}
                />
                <Stat
                  label={t('report:release.revocations')}
                  value={n.int(release.counts.revocations)}
                  meaning={t('report:release.revocations_means')}
                />
              </StatRow>
              <dl className="mt-6 grid gap-2 border-t border-line pt-4 text-sm sm:grid-cols-[auto_1fr] sm:gap-x-6">
                <dt className="text-ink-soft">{t('report:release.licence')}</dt>
                <dd>
                  <bdi>{release.licences.join(', ')}</bdi>
                </dd>
                <dt className="text-ink-soft">{t('report:release.cut')}</dt>
                <dd>
                  <DateTime at={release.cut_at} />
                </dd>
                <dt className="text-ink-soft">{t('report:content_hash')}</dt>
                <dd className="font-mono break-all" dir="ltr">
                  {release.content_hash}
                </dd>
              </dl>
            </Card>
            <CertificateCard campaign_id={release.campaign_id} release_id={release.release_id} />
            <Card>
              <SectionHead title={t('report:release.files')} hint={t('report:release.files_hint')} />
              <FileTable
                files={release.files}
                base={`/v1/campaigns/${release.campaign_id}/releases/${release.release_id}/files`}
              />
            </Card>
            <Card>
              <SectionHead title={t('report:release.card')} />
              <DatasetCard text={release.card} />
            </Card>
          </div>
        )}
      </Loaded>
    </Page>
  )
}
