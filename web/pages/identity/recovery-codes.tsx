import { useState } from 'react'
import { useT } from '../../app/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { Checkbox } from '../../ui/choices.tsx'
import { saveText } from '../../ui/save.ts'
import { say } from '../../ui/toast.tsx'

/** Codes that are shown this once: kept by the person, or of no use. */
export function RecoveryCodes({
  codes,
  handle,
  onDone,
}: {
  codes: readonly string[]
  handle: string
  onDone: () => void
}) {
  const t = useT('account')
  const [kept, setKept] = useState(false)
  return (
    <div className="grid gap-4">
      <p className="text-ink-soft">{t('account:codes.why')}</p>
      <ol
        dir="ltr"
        className="grid grid-cols-1 gap-x-6 gap-y-1 rounded-md bg-sunken p-4 font-mono text-base sm:grid-cols-2"
      >
        {codes.map((code) => (
          <li key={code} className="select-all">
            {code}
          </li>
        ))}
      </ol>
      <div className="flex flex-wrap gap-2">
        <Button
          kind="secondary"
          size="small"
          icon="download"
          onClick={() =>
            saveText(
              `assay-${handle}-recovery-codes.txt`,
              `Assay, ${location.origin}\n${handle}\n\n${codes.join('\n')}\n`,
            )
          }
        >
          {t('common:action.download')}
        </Button>
        <Button
          kind="secondary"
          size="small"
          icon="copy"
          onClick={() =>
            void navigator.clipboard.writeText(codes.join('\n')).then(() => say(t('common:action.copied'), 'good'))
          }
        >
          {t('common:action.copy')}
        </Button>
      </div>
      <Checkbox label={t('account:codes.kept')} checked={kept} onChange={setKept} />
      <Button disabled={!kept} onClick={onDone}>
        {t('common:action.continue')}
      </Button>
    </div>
  )
}
