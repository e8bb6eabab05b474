import { useMutation } from '@tanstack/react-query'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { ErrorLine } from '../../ui/states.tsx'
import { Countdown } from '../../ui/time.tsx'
import { say } from '../../ui/toast.tsx'

/** Goes on in another browser or on another device: a link that works once, and the same as a code to type. */
export function HandOver() {
  const t = useT('account')
  const make = useMutation({ mutationFn: () => client.account.hand_over({ body: {} }) })
  const copy = (text: string) =>
    void navigator.clipboard.writeText(text).then(() => say(t('common:action.copied'), 'good'))
  return (
    <Card className="grid gap-3">
      <SectionHead title={t('account:hand_over.title')} hint={t('account:hand_over.hint')} />
      {make.data ? (
        <div className="grid gap-3">
          <p className="rounded-md bg-sunken p-3 font-mono break-all select-all" dir="ltr">
            {make.data.token}
          </p>
          <p className="text-sm text-ink-soft">
            {t('account:hand_over.until')} <Countdown until={make.data.expires_at} />
          </p>
          <div className="flex flex-wrap gap-2">
            <Button kind="secondary" size="small" icon="link" onClick={() => copy(make.data.url)}>
              {t('account:hand_over.copy_link')}
            </Button>
            <Button kind="quiet" size="small" icon="copy" onClick={() => copy(make.data.token)}>
              {t('account:hand_over.copy_code')}
            </Button>
          </div>
        </div>
      ) : (
        <Button kind="secondary" className="justify-self-start" busy={make.isPending} onClick={() => make.mutate()}>
          {t('account:hand_over.make')}
        </Button>
      )}
      <ErrorLine error={make.error} />
    </Card>
  )
}
