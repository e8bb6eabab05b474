import { useQuery } from '@tanstack/react-query'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { Badge } from '../../ui/badge.tsx'
import { LinkButton } from '../../ui/button.tsx'
import { Card, SectionHead } from '../../ui/card.tsx'
import { Loaded } from '../desk/loaded.tsx'

/** The campaigns whose reviewers and questions can be looked at. */
export function ReliabilityList() {
  const t = useT('quality', 'desk')
  const query = useQuery({ queryKey: ['qa', 'reliability'], queryFn: () => client.reliability.campaigns() })
  return (
    <Card>
      <SectionHead title={t('quality:qa.title')} hint={t('quality:qa.hint')} />
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="text-ink-soft">{t('quality:qa.none')}</p>
          ) : (
            <ul className="grid gap-3 lg:grid-cols-2">
              {items.map((c) => (
                <li
                  key={c.campaign_id}
                  className="flex flex-wrap items-center justify-between gap-3 rounded-md border border-line p-3"
                >
                  <div className="min-w-0 grow basis-52">
                    <Badge>{t(`desk:task_class.${c.task_class}`)}</Badge>
                    <p className="mt-1 font-semibold" dir="auto">
                      {c.title}
                    </p>
                  </div>
                  <LinkButton
                    to={`/qa/reliability/${c.campaign_id}`}
                    kind="secondary"
                    iconEnd="next"
                    aria-label={`${t('quality:qa.look')}: ${c.title}`}
                  >
                    {t('quality:qa.look')}
                  </LinkButton>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Card>
  )
}
