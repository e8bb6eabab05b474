// The package's index would pull in its test registry and with it a validator that is not installed.
import withTheme, { type ThemeProps } from '@rjsf/core/lib/withTheme.js'
import type { RJSFValidationError } from '@rjsf/utils'
import { type ReactNode, useCallback, useMemo, useState } from 'react'
import type { Settings } from '../../../../src/domains/campaigns/contract.ts'
import { useT } from '../../../app/i18n.ts'
import {
  fromForm,
  type Mode,
  type SettingsForm as FormData,
  settingsSchema,
  settingsUi,
  toForm,
} from '../settings-schema.ts'
import {
  AfterPrices,
  ArrayFieldItemTemplate,
  ArrayFieldTemplate,
  FieldTemplate,
  ObjectFieldTemplate,
} from './templates.tsx'
import { validator } from './validator.ts'
import {
  CheckboxWidget,
  DurationWidget,
  MoneyWidget,
  SelectWidget,
  ShareWidget,
  type Surroundings,
  TextWidget,
} from './widgets.tsx'

const theme: ThemeProps = {
  widgets: {
    TextWidget,
    CheckboxWidget,
    SelectWidget,
    UpDownWidget: TextWidget,
    money: MoneyWidget,
    share: ShareWidget,
    duration: DurationWidget,
  },
  templates: { FieldTemplate, ObjectFieldTemplate, ArrayFieldTemplate, ArrayFieldItemTemplate },
}
const ThemedForm = withTheme(theme)

/** The general form library over the settings' schema, in our own components; a chunk of its own. */
export function SettingsForm({
  settings,
  mode,
  currencies,
  afterPrices,
  onChange,
}: {
  settings: Settings
  mode: Mode
  currencies: readonly string[]
  afterPrices: ReactNode
  onChange: (settings: Settings) => void
}) {
  const t = useT('requester')
  const schema = useMemo(() => settingsSchema(t, mode, currencies), [t, mode, currencies])
  const [data, setData] = useState<FormData>(() => toForm(settings, mode))
  const surroundings = useMemo<Surroundings>(
    () => ({
      currencyAt: (id) => data.pay.prices[Number(/prices_(\d+)_/.exec(id)?.[1] ?? 0)]?.currency ?? currencies[0] ?? '',
    }),
    [data, currencies],
  )
  const words = useCallback(
    (errors: RJSFValidationError[]) =>
      errors.map((e) => ({ ...e, message: t(`requester:pay.problem.${e.name}`, { defaultValue: e.message ?? '' }) })),
    [t],
  )
  return (
    <AfterPrices value={afterPrices}>
      <ThemedForm
        tagName="div"
        idPrefix="settings"
        schema={schema}
        uiSchema={settingsUi(mode)}
        validator={validator}
        formData={data}
        formContext={surroundings}
        liveValidate
        showErrorList={false}
        transformErrors={words}
        onChange={(event) => {
          const next = event.formData as FormData
          setData(next)
          if (event.errors.length === 0) onChange(fromForm(next, settings, mode))
        }}
      >
        <></>
      </ThemedForm>
    </AfterPrices>
  )
}
