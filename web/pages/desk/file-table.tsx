import { useT } from '../../app/i18n.ts'
import { DataTable } from '../../ui/table.tsx'
import { useNumbers } from './numbers.ts'

type File = { name: string; bytes: number; rows: number | null; sha256: string }

/** The files of a release with sizes and hashes; each is a download. */
export function FileTable({ files, base, closed = false }: { files: readonly File[]; base: string; closed?: boolean }) {
  const t = useT('desk')
  const n = useNumbers()
  return (
    <DataTable
      caption={t('desk:files.caption')}
      rows={files}
      rowKey={(f) => f.name}
      columns={[
        {
          key: 'name',
          head: t('desk:files.name'),
          main: true,
          cell: (f) =>
            closed ? (
              <bdi className="font-mono">{f.name}</bdi>
            ) : (
              <a className="link font-mono" href={`${base}/${f.name}`} download dir="ltr">
                {f.name}
              </a>
            ),
        },
        {
          key: 'rows',
          head: t('desk:files.rows'),
          numeric: true,
          cell: (f) => (f.rows === null ? '–' : n.int(f.rows)),
        },
        { key: 'bytes', head: t('desk:files.size'), numeric: true, cell: (f) => n.bytes(f.bytes) },
        {
          key: 'hash',
          head: 'SHA-256',
          cell: (f) => (
            <span dir="ltr" title={f.sha256} className="font-mono text-xs text-ink-soft">
              {f.sha256.slice(0, 16)}…
            </span>
          ),
        },
      ]}
    />
  )
}
