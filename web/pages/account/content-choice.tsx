import { useMutation, useQuery } from '@tanstack/react-query'
import { client } from '../../app/api.ts'
import { useT } from '../../app/i18n.ts'
import { queryClient } from '../../app/query.ts'
import { Card, SectionHead } from '../../ui/card.tsx'
import { Checkbox } from '../../ui/choices.tsx'
import { ErrorLine } from '../../ui/states.tsx'
import { say } from '../../ui/toast.tsx'
import { Loaded } from '../desk/loaded.tsx'

const query = { queryKey: ['me', 'content-choice'], queryFn: () => client.exposure.read_choice() }

/** Whether adversarial work may be handed to me; saying no costs nothing. */
export function ContentChoice() {
  const t = useT('red_team')
  const choice = useQuery(query)
  const save = useMutation({
    mutationFn: (adversarial: boolean) => client.exposure.set_choice({ body: { adversarial } }),
    onSuccess: (next) => {
      queryClient.setQueryData(query.queryKey, next)
      say(t(next.adversarial ? 'red_team:choice.on' : 'red_team:choice.off'), 'good')
    },
  })
  return (
    <Card>
      <SectionHead title={t('red_team:choice.title')} hint={t('red_team:choice.hint')} />
      <Loaded query={choice}>
        {(c) => (
          <div className="grid gap-3">
            <Checkbox
              checked={c.adversarial}
              disabled={save.isPending}
              label={t('red_team:choice.label')}
              help={t('red_team:choice.help')}
              onChange={(on) => save.mutate(on)}
            />
            <p className="text-sm text-ink-soft">
              {t('red_team:choice.today', { count: c.shown_today, most: c.most_a_day })}
            </p>
            <ErrorLine error={save.error} />
          </div>
        )}
      </Loaded>
    </Card>
  )
}
