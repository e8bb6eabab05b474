import type { Listed } from '../../../src/domains/campaigns/contract.ts'
import type { IconName } from '../../ui/icon.tsx'

/** A sign for each class of task. */
export const CLASS_ICONS: Record<Listed['task_class'], IconName> = {
  simple_research: 'search',
  in_depth_research: 'globe',
  adversarial: 'shield',
  labelling: 'flag',
}
