import { Link } from '@tanstack/react-router'
import type { Listed } from '../../../src/domains/campaigns/contract.ts'
import { useT } from '../../app/i18n.ts'
import { Badge } from '../../ui/badge.tsx'
import { Icon } from '../../ui/icon.tsx'
import { languageName } from './language-name.ts'
import { useLanguage } from '../../app/i18n.ts'
import { Amounts } from './amounts.tsx'
import { CLASS_ICONS } from './class-icons.ts'

/** A campaign in the list: what it is, what it pays, what it takes to start. The whole card is the link. */
export function CampaignCard({ campaign, level = 2 }: { campaign: Listed; level?: 2 | 3 }) {
  const t = useT('campaigns')
  const { language } = useLanguage()
  const Title = level === 2 ? 'h2' : 'h3'
  return (
    <article className="group relative flex flex-col gap-4 rounded-lg border border-line bg-surface p-5 shadow-1 transition-shadow duration-(--calm) hover:shadow-2 has-focus-visible:outline-3 has-focus-visible:outline-offset-2 has-focus-visible:outline-focus">
      <div className="flex items-start gap-3">
        <span className="cut grid size-11 shrink-0 place-items-center bg-stone text-molten">
          <Icon name={CLASS_ICONS[campaign.task_class]} size={22} />
        </span>
        <div className="min-w-0">
          <p className="text-sm text-ink-soft">{t(`campaigns:class.${campaign.task_class}`)}</p>
          <Title className="text-lg">
            <Link
              to={`/campaigns/${campaign.campaign_id}`}
              className="outline-none after:absolute after:inset-0 after:rounded-lg"
            >
              <bdi lang={campaign.language}>{campaign.title}</bdi>
            </Link>
          </Title>
        </div>
      </div>
      <div className="flex flex-wrap gap-1.5">
        {campaign.my_roles.map((role) => (
          <Badge key={role} tone="good" icon="check">
            {t(`campaigns:role.${role}`)}
          </Badge>
        ))}
        {campaign.example ? <Badge tone="accent">{t('campaigns:example')}</Badge> : null}
        <Badge>{t(`campaigns:difficulty.${campaign.difficulty}`)}</Badge>
        <Badge>{languageName(campaign.language, language)}</Badge>
        <Badge>
          <bdi>{campaign.knowledge_area}</bdi>
        </Badge>
        {campaign.adults_only ? <Badge tone="warn">{t('campaigns:adults')}</Badge> : null}
      </div>
      <dl className="mt-auto grid grid-cols-2 gap-3 border-t border-line pt-3 text-sm">
        <div>
          <dt className="text-ink-soft">{t('campaigns:per_datapoint')}</dt>
          <dd className="text-lg font-bold">
            <Amounts amounts={campaign.contribute} />
          </dd>
        </div>
        <div>
          <dt className="text-ink-soft">
            {campaign.hourly ? t(`campaigns:hourly.${campaign.hourly.basis}`) : t('campaigns:places')}
          </dt>
          <dd className="text-lg font-bold">
            {campaign.hourly ? (
              <Amounts amounts={campaign.hourly.amounts} />
            ) : (
              t('campaigns:about', { count: campaign.places_left })
            )}
          </dd>
        </div>
      </dl>
      <p className="flex flex-wrap items-center gap-x-4 gap-y-1 text-sm text-ink-soft">
        <span>{t('campaigns:places_left', { count: campaign.places_left })}</span>
        <span>{t(campaign.has_exam ? 'campaigns:with_exam' : 'campaigns:without_exam')}</span>
      </p>
    </article>
  )
}
