import type { Instructions as InstructionsShape } from '../../../src/domains/templates/contract.ts'
import { useT } from '../../app/i18n.ts'
import { cx } from '../../ui/cx.ts'
import { Icon } from '../../ui/icon.tsx'
import { Markdown } from '../../ui/markdown.tsx'
import { UserText } from '../../ui/user-text.tsx'
import { plainText } from '../../ui/markdown-parse.ts'

type Example = InstructionsShape['good_examples'][number]

function Examples({ examples, good, lang }: { examples: readonly Example[]; good: boolean; lang: string | undefined }) {
  const t = useT('work')
  if (examples.length === 0) return null
  return (
    <section className="grid gap-2">
      <h3 className={cx('flex items-center gap-2 text-sm', good ? 'text-good-ink' : 'text-bad-ink')}>
        <span className={cx('cut grid size-6 place-items-center', good ? 'bg-good-soft' : 'bg-bad-soft')}>
          <Icon name={good ? 'check' : 'cross'} size={16} />
        </span>
        {t(good ? 'work:examples.good' : 'work:examples.bad', { count: examples.length })}
      </h3>
      <ul className="grid gap-2">
        {examples.map((example, i) => (
          <li
            key={i}
            className={cx('rounded-md border-s-3 bg-page px-3 py-2 text-sm', good ? 'border-good' : 'border-bad')}
          >
            <Markdown text={example.text} {...(lang && { lang })} />
            {example.why ? (
              <div className="mt-1.5 text-ink-soft">
                <span className="sr-only">{t('work:examples.why')} </span>
                <UserText text={example.why} lang={lang} />
              </div>
            ) : null}
          </li>
        ))}
      </ul>
    </section>
  )
}

/** What is asked, with good and bad examples: beside the work on wide screens, folded above it on phones. */
export function Instructions({ instructions, lang }: { instructions: InstructionsShape; lang?: string }) {
  return (
    <div className="grid gap-5">
      <Markdown text={instructions.body} {...(lang && { lang })} />
      <Examples examples={instructions.good_examples} good lang={lang} />
      <Examples examples={instructions.bad_examples} good={false} lang={lang} />
    </div>
  )
}

/** The frame of a work or review page: the work first, instructions beside it, and within reach on a phone. */
export function BesideInstructions({
  instructions,
  lang,
  open = false,
  children,
}: {
  instructions: InstructionsShape
  lang?: string
  open?: boolean
  children: React.ReactNode
}) {
  const t = useT('work')
  return (
    <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_22rem] xl:grid-cols-[minmax(0,1fr)_26rem]">
      <details open={open} className="group rounded-lg border border-line bg-surface lg:hidden">
        <summary className="flex min-h-touch list-none items-center gap-2 rounded-lg px-4 py-2 font-semibold">
          <Icon name="info" />
          <div className="min-w-0 grow">
            <h2 className="text-base">{t('work:instructions')}</h2>
            <span className="line-clamp-2 text-sm font-normal text-ink-soft group-open:hidden" dir="auto" lang={lang}>
              {plainText(instructions.body)}
            </span>
          </div>
          <Icon name="down" className="transition-transform group-open:rotate-180" />
        </summary>
        <div className="border-t border-line p-4">
          <Instructions instructions={instructions} {...(lang && { lang })} />
        </div>
      </details>
      <div className="min-w-0">{children}</div>
      <aside
        aria-label={t('work:instructions')}
        tabIndex={0}
        className="sticky top-20 hidden max-h-[calc(100dvh-7rem)] overflow-y-auto rounded-lg border border-line bg-surface p-5 lg:block"
      >
        <h2 className="mb-3 text-base">{t('work:instructions')}</h2>
        <Instructions instructions={instructions} {...(lang && { lang })} />
      </aside>
    </div>
  )
}
