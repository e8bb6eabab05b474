import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { MONEY_CHOICES } from '../../../src/domains/privacy/contract.ts'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { wasCancelled } from '../../app/passkeys.ts'
import { refusalCode } from '../../app/problem.ts'
import { becomeAccount, useMe } from '../../app/session.ts'
import { dropAllDrafts } from '../../drafts.ts'
import { Button } from '../../ui/button.tsx'
import { RadioGroup } from '../../ui/choices.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FieldSet } from '../../ui/field.tsx'
import { TextInput } from '../../ui/inputs.tsx'
import { ErrorLine } from '../../ui/states.tsx'
import { useFresh } from './fresh.tsx'

type MoneyChoice = (typeof MONEY_CHOICES)[number]

/** Erasing an account: what goes, what stays without a name, and what happens to money. Typed, so that it is meant. */
export function Erase({ handle, onClose }: { handle: string; onClose: () => void }) {
  const t = useT('account')
  const { ask, dialog } = useFresh()
  const accountId = useMe()?.account_id
  const [typed, setTyped] = useState('')
  const [money, setMoney] = useState<MoneyChoice>('keep_behind_code')
  const erase = useMutation({
    mutationFn: (choice: MoneyChoice | undefined) =>
      ask(() => client.privacy.erase({ body: { handle: typed.trim(), ...(choice && { money: choice }) } })),
    onSuccess: () => accountId && dropAllDrafts(accountId),
  })
  const left = refusalCode(erase.error) === 'money_left'
  const leave = () => {
    becomeAccount(null)
    location.assign('/')
  }
  if (erase.data) {
    return (
      <Dialog
        open
        onClose={leave}
        title={t('account:erase.done')}
        actions={<Button onClick={leave}>{t('account:erase.leave')}</Button>}
      >
        <div className="grid gap-4">
          <p>{t('account:erase.done_what')}</p>
          {erase.data.claim_code ? (
            <>
              <p className="font-semibold">{t('account:erase.code_once')}</p>
              <p className="rounded-md bg-sunken p-3 font-mono break-all select-all" dir="ltr">
                {erase.data.claim_code}
              </p>
            </>
          ) : null}
        </div>
      </Dialog>
    )
  }
  return (
    <>
      <Dialog
        open
        onClose={onClose}
        title={t('account:erase.title')}
        actions={
          <>
            <Button kind="quiet" onClick={onClose}>
              {t('common:action.cancel')}
            </Button>
            <Button
              kind="danger"
              busy={erase.isPending}
              disabled={typed.trim() !== handle}
              onClick={() => erase.mutate(left ? money : undefined)}
            >
              {t('account:erase.action')}
            </Button>
          </>
        }
      >
        <div className="grid gap-5">
          <ul className="grid list-disc gap-1.5 ps-5">
            <li>{t('account:erase.goes')}</li>
            <li>{t('account:erase.stays')}</li>
            <li>{t('account:erase.releases')}</li>
          </ul>
          {left ? (
            <FieldSet legend={t('account:erase.money')}>
              <RadioGroup
                name="money"
                value={money}
                onChange={(v) => setMoney(v as MoneyChoice)}
                options={[
                  { value: 'keep_behind_code', label: t('account:erase.keep'), help: t('account:erase.keep_help') },
                  { value: 'give_back', label: t('account:erase.give_back'), help: t('account:erase.give_back_help') },
                ]}
              />
            </FieldSet>
          ) : null}
          <TextInput
            label={t('account:erase.type', { handle })}
            value={typed}
            onChange={setTyped}
            autoCapitalize="none"
            autoComplete="off"
            spellCheck={false}
            dir="ltr"
          />
          <ErrorLine error={wasCancelled(erase.error) ? null : erase.error} />
        </div>
      </Dialog>
      {dialog}
    </>
  )
}
