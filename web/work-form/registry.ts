import { ChoiceWidget } from './widgets/choice.tsx'
import { ChoicesWidget } from './widgets/choices.tsx'
import { PreferenceWidget } from './widgets/preference.tsx'
import { RankingWidget } from './widgets/ranking.tsx'
import { ScaleWidget } from './widgets/scale.tsx'
import { LinkWidget, LongTextWidget, NumberWidget, ShortTextWidget } from './widgets/text.tsx'
import type { WidgetComponent } from './widget.ts'

const widgets = new Map<string, WidgetComponent>([
  ['choice', ChoiceWidget],
  ['choices', ChoicesWidget],
  ['number', NumberWidget],
  ['short_text', ShortTextWidget],
  ['long_text', LongTextWidget],
  ['ranking', RankingWidget],
  ['scale', ScaleWidget],
  ['link', LinkWidget],
  ['preference', PreferenceWidget],
])

/** Adds a kind of question. Spans, boxes and audio register lazily loaded components here, so the page stays light without them. */
export function registerWidget(kind: string, component: WidgetComponent): void {
  widgets.set(kind, component)
}

/** The component of a kind; undefined for a kind this version does not know. */
export const widgetFor = (kind: string): WidgetComponent | undefined => widgets.get(kind)
