import type {
  ArrayFieldItemTemplateProps,
  ArrayFieldTemplateProps,
  FieldTemplateProps,
  ObjectFieldTemplateProps,
} from '@rjsf/utils'
import { createContext, type ReactNode, use } from 'react'
import { useT } from '../../../app/i18n.ts'
import { Button, IconButton } from '../../../ui/button.tsx'
import { Card, SectionHead } from '../../../ui/card.tsx'

/** Our inputs carry their own label, help and problem, so a field is only its place. */
export function FieldTemplate({ children, hidden }: FieldTemplateProps) {
  return hidden ? null : <>{children}</>
}

/** What stands after the prices: a card outside the form's own data, which the form library would compare in depth. */
export const AfterPrices = createContext<ReactNode>(null)

/** The outermost object is the form, a named one a card, a nameless one a row of fields. */
export function ObjectFieldTemplate({ properties, title, schema, fieldPathId }: ObjectFieldTemplateProps) {
  const named = Boolean(schema.title)
  const after = use(AfterPrices)
  const fields = properties.map((p) => (
    <FieldPlace key={p.name} wide={p.name === 'prices' || p.name === 'may_do_both'} hidden={p.hidden}>
      {p.content}
    </FieldPlace>
  ))
  if (fieldPathId.path.length === 0) return <div className="grid gap-6">{fields}</div>
  if (!named) return <div className="grid items-start gap-4 sm:grid-cols-2">{fields}</div>
  const card = (
    <Card>
      <SectionHead title={title} hint={schema.description} />
      <div className="grid items-start gap-5 sm:grid-cols-2">{fields}</div>
    </Card>
  )
  if (fieldPathId.path[0] !== 'pay' || !after) return card
  return (
    <div className="grid gap-6">
      {card}
      {after}
    </div>
  )
}

function FieldPlace({ wide, hidden, children }: { wide: boolean; hidden: boolean; children: ReactNode }) {
  return hidden ? null : <div className={wide ? 'sm:col-span-2' : undefined}>{children}</div>
}

/** Prices: one in most campaigns, two where a task pays in two currencies. */
export function ArrayFieldTemplate({ items, canAdd, onAddClick, schema }: ArrayFieldTemplateProps) {
  const t = useT('requester')
  return (
    <div className="grid gap-4">
      {schema.description ? <p className="text-sm text-ink-soft">{schema.description}</p> : null}
      {items}
      {canAdd ? (
        <Button kind="secondary" size="small" icon="plus" className="justify-self-start" onClick={onAddClick}>
          {t('requester:pay.add_price')}
        </Button>
      ) : null}
    </div>
  )
}

export function ArrayFieldItemTemplate({
  children,
  buttonsProps,
  index,
  itemKey,
  totalItems,
}: ArrayFieldItemTemplateProps) {
  const t = useT('requester')
  return (
    <div key={itemKey} className="grid gap-2 rounded-md border border-line p-4">
      {buttonsProps.hasRemove && totalItems > 1 ? (
        <div className="-mt-2 -mb-2 flex justify-end">
          <IconButton
            icon="cross"
            label={t('requester:pay.remove_price', { at: index + 1 })}
            onClick={buttonsProps.onRemoveItem}
          />
        </div>
      ) : null}
      {children}
    </div>
  )
}
