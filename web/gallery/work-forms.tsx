import { useMemo, useState } from 'react'
import type { Form } from '../../src/domains/templates/contract.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Page } from '../ui/page.tsx'
import { AnswerView } from '../work-form/answer-view.tsx'
import { problemsOf, questionsOf, type Values } from '../work-form/form.ts'
import { ItemView } from '../work-form/item-view.tsx'
import { WorkForm } from '../work-form/work-form.tsx'

const FORM: Form = {
  schema: {
    type: 'object',
    required: ['same', 'marks', 'price', 'name', 'why', 'order', 'stars', 'source', 'better'],
    properties: {
      same: { type: 'string', enum: ['yes', 'no', 'unclear'] },
      marks: {
        type: 'array',
        items: { type: 'string', enum: ['maker', 'model', 'colour', 'size'] },
        uniqueItems: true,
        minItems: 1,
        maxItems: 3,
      },
      price: { type: 'number', minimum: 0, maximum: 10_000 },
      name: { type: 'string', minLength: 2, maxLength: 60 },
      why: { type: 'string', minLength: 20, maxLength: 400 },
      order: {
        type: 'array',
        items: { enum: ['taste', 'price', 'looks'] },
        uniqueItems: true,
        minItems: 3,
        maxItems: 3,
      },
      stars: { type: 'integer', minimum: 1, maximum: 7 },
      source: { type: 'string', format: 'uri' },
      better: { type: 'string', enum: ['a', 'b', 'tie'] },
    },
  },
  ui: {
    order: ['same', 'marks', 'price', 'name', 'why', 'order', 'stars', 'source', 'better'],
    questions: {
      same: {
        widget: 'choice',
        title: 'Are these two products the same?',
        help: 'Look at the maker and the model number.',
        labels: { yes: 'Yes', no: 'No', unclear: 'One cannot tell' },
      },
      marks: {
        widget: 'choices',
        title: 'What shows it?',
        labels: { maker: 'The maker', model: 'The model number', colour: 'The colour', size: 'The size' },
      },
      price: { widget: 'number', title: 'The lower price, in euros' },
      name: { widget: 'short_text', title: 'A name for the pair' },
      why: { widget: 'long_text', title: 'Say why, in your own words', help: 'Two sentences are enough.' },
      order: {
        widget: 'ranking',
        title: 'What matters most to a buyer?',
        labels: { taste: 'How it tastes', price: 'What it costs', looks: 'How it looks' },
      },
      stars: { widget: 'scale', title: 'How sure are you?', min_label: 'Not at all', max_label: 'Entirely' },
      source: { widget: 'link', title: 'Where can it be checked?' },
      better: { widget: 'preference', title: 'Which description is better?', a_field: 'left', b_field: 'right' },
    },
    item: [
      { field: 'title', title: 'Product', as: 'text' },
      { field: 'notes', title: 'Notes', as: 'markdown' },
      { field: 'page', title: 'Page', as: 'link' },
    ],
  },
}
const DATA = {
  title: 'Kettle K-100, 1.7 litres',
  notes: 'Sold as **K-100** and, in Spain, as `K100-ES`.\n\n- stainless steel\n- 2,200 W',
  page: 'https://example.org/kettles/k-100',
  left: 'A sturdy kettle of brushed steel that boils a litre in under three minutes and pours without a drip.',
  right: 'غلاية متينة من الفولاذ المصقول تغلي لترًا في أقل من ثلاث دقائق وتصبّ دون أن تقطر.',
}
const FILLED: Values = {
  same: 'yes',
  marks: ['maker', 'model'],
  price: '24.9',
  name: 'K-100 twins',
  why: 'Both pages show the same model number on the base plate.',
  order: ['price', 'taste', 'looks'],
  stars: 5,
  source: 'https://example.org/kettles',
  better: 'b',
}

/** Every kind of question, empty and answered, and each answer as a reviewer reads it; development builds only. */
export function WorkFormsPage() {
  const questions = useMemo(() => questionsOf(FORM), [])
  const [values, setValues] = useState<Values>({})
  const [showing, setShowing] = useState(false)
  return (
    <Page title="Work forms" width="wide" actions={<Button onClick={() => setShowing(!showing)}>Problems</Button>}>
      <div className="grid items-start gap-6 lg:grid-cols-2">
        <Card className="grid gap-6">
          <ItemView form={FORM} data={DATA} lang="en" />
          <WorkForm
            questions={questions}
            values={values}
            onChange={(key, value) => setValues({ ...values, [key]: value })}
            problems={problemsOf(questions, values)}
            showing={showing}
            data={DATA}
            lang="en"
          />
        </Card>
        <div className="grid gap-6">
          <Card>
            <WorkForm
              questions={questions}
              values={FILLED}
              onChange={() => {}}
              problems={{}}
              showing={false}
              data={DATA}
              lang="en"
            />
          </Card>
          <Card className="grid gap-5">
            {questions.map((q) => (
              <div key={q.key} className="grid gap-1">
                <p className="text-sm text-ink-soft">
                  <bdi>{q.title}</bdi>
                </p>
                <AnswerView question={q} value={FILLED[q.key]} data={DATA} lang="en" />
              </div>
            ))}
          </Card>
        </div>
      </div>
    </Page>
  )
}
