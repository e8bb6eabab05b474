import { useT } from '../../app/i18n.ts'
import { Dialog } from '../../ui/dialog.tsx'

/** Says that an item is broken, or asks about it. */
export function FlagDialog({ open, onClose }: { open: boolean; onClose: () => void; campaignId: string; itemId: string }) {
  const t = useT('work')
  return (
    <Dialog open={open} onClose={onClose} title={t('work:flag_title')}>
      {null}
    </Dialog>
  )
}
