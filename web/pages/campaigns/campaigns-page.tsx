import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useLanguage, useT } from '../../app/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { Select, TextInput } from '../../ui/inputs.tsx'
import { Page } from '../../ui/page.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { EmptyState, ErrorState } from '../../ui/states.tsx'
import { CampaignCard } from './campaign-card.tsx'
import { languageName } from './language-name.ts'
import { campaignsQuery, type Filter } from './queries.ts'

const CLASSES = ['simple_research', 'in_depth_research', 'adversarial', 'labelling'] as const
const DIFFICULTIES = ['beginner', 'intermediate', 'advanced', 'expert'] as const
const OFTEN = ['en', 'ar', 'es', 'fr', 'de', 'pt', 'hi', 'id', 'ja', 'zh'] as const

/** Reads a filter from the address, dropping what is no filter of ours. */
export function filterOf(search: Record<string, unknown>): Filter {
  const one = <T extends string>(value: unknown, of: readonly T[]) => of.find((x) => x === value)
  const task_class = one(search['task_class'], CLASSES)
  const difficulty = one(search['difficulty'], DIFFICULTIES)
  const language =
    typeof search['language'] === 'string' && /^[a-z]{2,3}$/.test(search['language']) ? search['language'] : undefined
  const words = typeof search['search'] === 'string' ? search['search'].trim().slice(0, 100) : ''
  return {
    ...(task_class && { task_class }),
    ...(difficulty && { difficulty }),
    ...(language && { language }),
    ...(words && { search: words }),
  }
}

/** Every campaign that takes work now. */
export function CampaignsPage() {
  const t = useT('campaigns')
  const { language } = useLanguage()
  const filter = filterOf(useSearch({ strict: false }) as Record<string, unknown>)
  const navigate = useNavigate()
  const list = useInfiniteQuery(campaignsQuery(filter))
  const [words, setWords] = useState(filter.search ?? '')
  const set = (change: Partial<Record<keyof Filter, string>>) =>
    void navigate({ to: '/campaigns', search: filterOf({ ...filter, ...change }) as never, replace: true })
  useEffect(() => {
    if (words.trim() === (filter.search ?? '')) return
    const timer = setTimeout(() => set({ search: words }), 350)
    return () => clearTimeout(timer)
  })
  const campaigns = list.data?.pages.flatMap((p) => p.items) ?? []
  const narrowed = Object.keys(filter).length > 0
  return (
    <Page title={t('campaigns:title')} lead={t('campaigns:lead')} width="wide">
      <search className="grid gap-3 sm:grid-cols-2 lg:grid-cols-[2fr_1fr_1fr_1fr]">
        <TextInput type="search" label={t('campaigns:filter.search')} value={words} onChange={setWords} />
        <Select
          label={t('campaigns:filter.class')}
          value={filter.task_class ?? ''}
          onChange={(v) => set({ task_class: v })}
          empty={t('campaigns:filter.any')}
          options={CLASSES.map((c) => ({ value: c, label: t(`campaigns:class.${c}`) }))}
        />
        <Select
          label={t('campaigns:filter.difficulty')}
          value={filter.difficulty ?? ''}
          onChange={(v) => set({ difficulty: v })}
          empty={t('campaigns:filter.any')}
          options={DIFFICULTIES.map((d) => ({ value: d, label: t(`campaigns:difficulty.${d}`) }))}
        />
        <Select
          label={t('campaigns:filter.language')}
          value={filter.language ?? ''}
          onChange={(v) => set({ language: v })}
          empty={t('campaigns:filter.any')}
          options={OFTEN.map((l) => ({ value: l, label: languageName(l, language) }))}
        />
      </search>
      {list.error ? (
        <ErrorState error={list.error} onRetry={() => void list.refetch()} />
      ) : list.isPending ? (
        <div role="status" aria-label={t('common:state.loading')} className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
          {[1, 2, 3].map((i) => (
            <Skeleton key={i} className="h-64 rounded-lg" />
          ))}
        </div>
      ) : campaigns.length === 0 ? (
        <EmptyState
          icon="campaigns"
          title={t(narrowed ? 'campaigns:none.filtered' : 'campaigns:none.title')}
          actions={
            narrowed ? (
              <Button
                kind="secondary"
                onClick={() => {
                  setWords('')
                  void navigate({ to: '/campaigns', search: {} as never })
                }}
              >
                {t('campaigns:none.clear')}
              </Button>
            ) : undefined
          }
        >
          {t(narrowed ? 'campaigns:none.filtered_why' : 'campaigns:none.why')}
        </EmptyState>
      ) : (
        <>
          <div className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
            {campaigns.map((c) => (
              <CampaignCard key={c.campaign_id} campaign={c} />
            ))}
          </div>
          {list.hasNextPage ? (
            <Button
              kind="secondary"
              className="justify-self-center"
              busy={list.isFetchingNextPage}
              onClick={() => void list.fetchNextPage()}
            >
              {t('common:action.load_more')}
            </Button>
          ) : null}
        </>
      )}
    </Page>
  )
}
