import { useState } from 'react'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Notice } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Checkbox } from '../../ui/choices.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FieldSet } from '../../ui/field.tsx'
import { TextArea } from '../../ui/inputs.tsx'
import { uuid } from '../../app/uuid.ts'
import { useAct } from '../desk/act.ts'
import { Ask } from '../desk/ask.tsx'

const SCOPES = ['read', 'contribute', 'review', 'campaigns', 'audit', 'operate'] as const
type Made = Awaited<ReturnType<typeof client.people.create>>['items']
const HANDLE = /^[a-z][a-z0-9_-]{2,31}$/

/** Accounts for programs, many at a time; their keys are shown once, here and now. */
export function ServiceAccountsDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useT('operator')
  const [names, setNames] = useState('')
  const [scopes, setScopes] = useState<readonly (typeof SCOPES)[number][]>(['read', 'contribute', 'review'])
  const [made, setMade] = useState<Made | null>(null)
  const handles = names.split(/[\s,;]+/).filter(Boolean)
  const wrong = handles.filter((h) => !HANDLE.test(h))
  const create = useAct(
    () =>
      client.people.create(
        { body: { people: handles.map((handle) => ({ handle, scopes: [...scopes] })) } },
        { idempotencyKey: uuid() },
      ),
    {
      changes: [
        ['operator', 'people'],
        ['operator', 'overview'],
      ],
      after: (result) => setMade(result.items),
    },
  )
  if (made) {
    const text = ['handle,account_id,api_key', ...made.map((m) => `${m.handle},${m.account_id},${m.api_key}`)].join(
      '\n',
    )
    const close = () => {
      setMade(null)
      setNames('')
      onClose()
    }
    return (
      <Dialog
        open={open}
        onClose={close}
        wide
        title={t('operator:service.made', { count: made.length })}
        actions={<Button onClick={close}>{t('operator:service.kept')}</Button>}
      >
        <div className="grid gap-4">
          <Notice tone="warn" title={t('operator:service.once')}>
            {t('operator:service.once_why')}
          </Notice>
          <pre
            dir="ltr"
            tabIndex={0}
            aria-label={t('operator:service.keys')}
            className="max-h-80 overflow-auto rounded-md bg-sunken p-3 font-mono text-xs"
          >
            {text}
          </pre>
          <div>
            <CopyButton text={text} label={t('operator:service.copy')} />
          </div>
        </div>
      </Dialog>
    )
  }
  return (
    <Ask
      open={open}
      onClose={onClose}
      title={t('operator:service.title')}
      action={t('operator:service.create', { count: handles.length })}
      busy={create.isPending}
      error={create.error}
      disabled={handles.length === 0 || handles.length > 200 || wrong.length > 0 || scopes.length === 0}
      onGo={() => create.mutate(undefined)}
    >
      <p className="text-sm text-ink-soft">{t('operator:service.lead')}</p>
      <TextArea
        label={t('operator:service.handles')}
        help={t('operator:service.handles_help')}
        value={names}
        onChange={setNames}
        dir="ltr"
        error={
          wrong.length > 0
            ? t('operator:service.wrong', { handle: wrong[0] ?? '' })
            : handles.length > 200
              ? t('operator:service.at_most')
              : undefined
        }
      />
      <FieldSet legend={t('operator:service.scopes')}>
        <div className="grid gap-2 sm:grid-cols-2">
          {SCOPES.map((s) => (
            <Checkbox
              key={s}
              label={t(`operator:scope.${s}`)}
              checked={scopes.includes(s)}
              onChange={(on) => setScopes((all) => (on ? [...all, s] : all.filter((x) => x !== s)))}
            />
          ))}
        </div>
      </FieldSet>
    </Ask>
  )
}
