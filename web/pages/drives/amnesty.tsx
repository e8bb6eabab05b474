import { useState } from 'react'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Notice } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { TextInput } from '../../ui/inputs.tsx'
import { ErrorLine } from '../../ui/states.tsx'
import { useAct } from '../desk/act.ts'
import type { Drive } from './drives-page.tsx'

/** Declaring one's other accounts: a code made at one of them, typed at each of the others. */
export function Amnesty({ drive }: { drive: Drive }) {
  const t = useT('drives')
  const [code, setCode] = useState<string>()
  const [typed, setTyped] = useState('')
  const params = { drive_id: drive.drive_id }
  const make = useAct(() => client.drives.declare({ params, body: {} }), {
    changes: [['drives']],
    after: (made) => setCode(made.code),
  })
  const join = useAct(() => client.drives.join({ params, body: { code: typed.trim() } }), {
    changes: [['drives'], ['my_standing'], ['earnings']],
    said: t('drives:amnesty.joined'),
    after: () => setTyped(''),
  })
  return (
    <div className="grid gap-4 border-t border-line pt-4">
      {drive.declared ? <Notice tone="good">{t('drives:amnesty.stands', { count: drive.declared })}</Notice> : null}
      {drive.is_open ? (
        <>
          <div className="grid justify-items-start gap-2">
            <h3 className="text-base">{t('drives:amnesty.first')}</h3>
            <p className="text-sm">{t('drives:amnesty.first_does')}</p>
            {code ? (
              <p className="flex flex-wrap items-center gap-3">
                <code dir="ltr" className="rounded-sm bg-sunken px-3 py-2 font-mono">
                  {code}
                </code>
                <CopyButton text={code} />
              </p>
            ) : (
              <Button kind="secondary" busy={make.isPending} onClick={() => make.mutate(undefined)}>
                {t('drives:amnesty.make')}
              </Button>
            )}
            <ErrorLine error={make.error} />
          </div>
          {drive.declared ? null : (
            <div className="grid justify-items-start gap-2">
              <h3 className="text-base">{t('drives:amnesty.other')}</h3>
              <p className="text-sm">{t('drives:amnesty.other_does')}</p>
              <TextInput label={t('drives:amnesty.code')} value={typed} onChange={setTyped} dir="ltr" />
              <ErrorLine error={join.error} />
              <Button busy={join.isPending} disabled={typed.trim().length < 8} onClick={() => join.mutate(undefined)}>
                {t('drives:amnesty.join')}
              </Button>
            </div>
          )}
        </>
      ) : null}
    </div>
  )
}
