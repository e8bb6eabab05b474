import type { AccountView } from '../../src/domains/identity/contract.ts'
import { recall, remember } from '../app/memory.ts'
import { useT } from '../app/i18n.ts'
import { Notice } from '../ui/badge.tsx'
import { Button, LinkButton } from '../ui/button.tsx'
import { useState } from 'react'

const WEEK_MS = 7 * 24 * 3600_000

/** The account's most urgent want, where people look after their work; put off for a week at a press. */
export function Nudge({ account }: { account: AccountView }) {
  const t = useT('account')
  const [putOff, setPutOff] = useState(() => Number(recall('nudge') ?? 0) > Date.now() - WEEK_MS)
  const prompt = account.prompts[0]
  if (!prompt || putOff) return null
  return (
    <Notice
      tone="warn"
      icon="key"
      title={t(`account:prompt.${prompt}`)}
      actions={
        <>
          <LinkButton kind="secondary" size="small" to="/account">
            {t('account:prompt_action.account')}
          </LinkButton>
          {prompt === 'accept_terms' ? null : (
            <Button
              kind="quiet"
              size="small"
              onClick={() => {
                remember('nudge', String(Date.now()))
                setPutOff(true)
              }}
            >
              {t('account:prompt_action.later')}
            </Button>
          )}
        </>
      }
    >
      {t(`account:prompt_why.${prompt}`)}
    </Notice>
  )
}
