import { useQuery } from '@tanstack/react-query'
import type { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Fact } from '../../ui/fact.tsx'
import { DateTime } from '../../ui/time.tsx'
import { useNumbers } from '../desk/numbers.ts'

type Files = Awaited<ReturnType<typeof client.evidence.files>>
type Manifest = { files: { name: string; bytes: number; sha256: string }[] }

/** The published folder of a season: what is in it, each to download by itself. */
export function SeasonFiles({ files }: { files: Files }) {
  const t = useT('season')
  const n = useNumbers()
  const manifest = useQuery({
    queryKey: ['public', 'manifest', files.prefix],
    queryFn: async () => (await fetch(`${files.prefix}/manifest.json`)).json() as Promise<Manifest>,
    staleTime: Number.POSITIVE_INFINITY,
  })
  return (
    <div className="grid gap-3">
      <dl className="grid gap-3 text-sm">
        <Fact label={t('season:files.written')}>
          <DateTime at={files.written_at} /> · {n.bytes(files.bytes)}
        </Fact>
        <Fact label={t('season:files.manifest')} copy={files.manifest_sha256} />
      </dl>
      <details className="text-sm">
        <summary className="min-h-8 cursor-pointer text-ink-soft hover:text-ink">{t('season:files.all')}</summary>
        <ul className="grid gap-1 pt-2" dir="ltr">
          {[{ name: 'manifest.json', bytes: undefined }, ...(manifest.data?.files ?? [])].map((f) => (
            <li key={f.name} className="flex flex-wrap items-baseline gap-x-3">
              <a className="link min-h-6 font-mono break-all" href={`${files.prefix}/${f.name}`} download>
                {f.name}
              </a>
              {f.bytes === undefined ? null : <span className="text-ink-soft">{n.bytes(f.bytes)}</span>}
            </li>
          ))}
        </ul>
      </details>
    </div>
  )
}
