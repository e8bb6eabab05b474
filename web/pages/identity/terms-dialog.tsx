import { useQuery } from '@tanstack/react-query'
import { client } from '../../app/api.ts'
import { useLanguage, useT } from '../../app/i18n.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Markdown } from '../../ui/markdown.tsx'
import { LoadingBlock } from '../../ui/skeleton.tsx'
import { ErrorState } from '../../ui/states.tsx'

/** The platform's terms, in the reader's language where there is one. */
export function TermsDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useT('account')
  const { language } = useLanguage()
  const terms = useQuery({ queryKey: ['public', 'terms'], queryFn: () => client.identity.terms(), enabled: open })
  const text = terms.data?.texts.find((x) => x.language === language) ?? terms.data?.texts[0]
  return (
    <Dialog open={open} onClose={onClose} title={text?.title ?? t('account:terms.title')} wide>
      {text ? (
        <Markdown text={text.body} lang={text.language} />
      ) : terms.error ? (
        <ErrorState error={terms.error} onRetry={() => void terms.refetch()} />
      ) : (
        <LoadingBlock />
      )}
    </Dialog>
  )
}
