import { useQuery } from '@tanstack/react-query'
import { useT } from '../../app/i18n.ts'
import { Card, SectionHead } from '../../ui/card.tsx'
import { type IntervalRow, Intervals } from '../../ui/intervals.tsx'
import { DataTable } from '../../ui/table.tsx'
import { DateTime } from '../../ui/time.tsx'
import { useNumbers } from '../desk/numbers.ts'
import { type Certificate, certificateQuery, type Place } from './queries.ts'
import { shareSaid } from './share-said.ts'

/** The certificate of a release, where it has one. */
export function CertificateOf(place: Place) {
  const query = useQuery(certificateQuery(place))
  if (!query.data) return null
  return <CertificateView certificate={query.data.certificate} keyId={query.data.signature.key_id} />
}

/** The same on a page of its own part, with its heading; nothing where there is none. */
export function CertificateCard(place: Place) {
  const t = useT('certificate')
  const query = useQuery(certificateQuery(place))
  if (!query.data) return null
  return (
    <Card>
      <SectionHead title={t('certificate:certificate')} hint={t('certificate:certificate_hint')} />
      <CertificateView certificate={query.data.certificate} keyId={query.data.signature.key_id} />
    </Card>
  )
}

function CertificateView({ certificate: c, keyId }: { certificate: Certificate; keyId: string }) {
  const t = useT('certificate')
  const n = useNumbers()
  const base = `/v1/campaigns/${c.release.campaign_id}/releases/${c.release.release_id}/certificate`
  const confidence = shareSaid(n, c.claim.confidence)
  const rows: IntervalRow[] = [
    row('anytime', c.precision.anytime.right_at_least, '1'),
    row('clopper_pearson', c.precision.clopper_pearson.low, c.precision.clopper_pearson.high),
    row('wilson', c.precision.wilson.low, c.precision.wilson.high),
  ]
  function row(key: 'anytime' | 'clopper_pearson' | 'wilson', low: string, high: string): IntervalRow {
    return {
      key,
      label: t(`certificate:interval.${key}`),
      value:
        key === 'anytime'
          ? t('certificate:or_more', { share: n.percent(low, 1) })
          : `${n.percent(low, 1)} – ${n.percent(high, 1)}`,
      detail: t('certificate:n', { count: c.precision.n }),
      share: c.precision.precision === null ? null : Number(c.precision.precision),
      low: Number(low),
      high: Number(high),
      reference: { at: Number(c.claim.at_least), label: t('certificate:target') },
      meaning: t(`certificate:interval_means.${key}`),
    }
  }
  return (
    <div className="grid gap-6">
      <blockquote className="border-s-4 border-good ps-4 text-lg">
        {t('certificate:statement', {
          at_least: shareSaid(n, c.claim.at_least),
          lot: n.int(c.release.datapoints),
          confidence,
          audits: n.int(c.sampling.audits),
          doubles: n.int(c.grading.doubles),
        })}{' '}
        {t('certificate:found', {
          wrong: n.int(c.precision.n - c.precision.right),
          differed: n.int(c.grading.disagreements),
        })}
      </blockquote>
      <Intervals label={t('certificate:figures')} tick={(at) => n.percent(at / 100, 0)} rows={rows} />
      {c.by_class ? (
        <DataTable
          caption={t('certificate:by_class')}
          rows={c.by_class.classes}
          rowKey={(k) => k.class}
          columns={[
            { key: 'class', head: t('certificate:class'), main: true, cell: (k) => <bdi>{k.class}</bdi> },
            { key: 'lot', head: t('certificate:in_release'), numeric: true, cell: (k) => n.int(k.lot) },
            { key: 'n', head: t('certificate:audits'), numeric: true, cell: (k) => n.int(k.n) },
            {
              key: 'precision',
              head: t('certificate:precision'),
              numeric: true,
              cell: (k) => (k.precision === null ? '–' : n.percent(k.precision, 1)),
            },
            {
              key: 'bound',
              head: t('certificate:bound'),
              numeric: true,
              cell: (k) => n.percent(k.anytime.right_at_least, 1),
            },
          ]}
        />
      ) : null}
      <dl className="grid gap-2 border-t border-line pt-4 text-sm sm:grid-cols-[auto_1fr] sm:gap-x-6">
        <dt className="text-ink-soft">{t('certificate:certified_at')}</dt>
        <dd>
          <DateTime at={c.certified_at} />
        </dd>
        <dt className="text-ink-soft">{t('certificate:allowance')}</dt>
        <dd>{t('certificate:allowance_said', { share: n.percent(c.grading.allowance, 2) })}</dd>
        <dt className="text-ink-soft">{t('certificate:earlier')}</dt>
        <dd>
          {c.sampling.earlier_claims.length === 0
            ? t('certificate:earlier_none')
            : c.sampling.earlier_claims
                .map((e) =>
                  t('certificate:earlier_one', {
                    number: e.release_number,
                    state: t(`certificate:state.${e.state}`),
                  }),
                )
                .join(' · ')}
        </dd>
        <dt className="text-ink-soft">{t('certificate:seed')}</dt>
        <dd>
          <bdi className="font-mono">{c.sampling.seed}</bdi>
        </dd>
        <dt className="text-ink-soft">{t('certificate:key')}</dt>
        <dd className="font-mono break-all" dir="ltr">
          {keyId}
        </dd>
      </dl>
      <p className="flex flex-wrap gap-x-6 gap-y-2 text-sm">
        <a className="link" href={`${base}/certificate.json`} download>
          {t('certificate:download')}
        </a>
        <a className="link" href={`${base}/audit-log.jsonl`} download>
          {t('certificate:download_log')}
        </a>
      </p>
    </div>
  )
}
