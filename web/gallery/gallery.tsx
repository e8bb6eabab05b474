import { useState } from 'react'
import { Badge, Notice } from '../ui/badge.tsx'
import { BlurredContent } from '../ui/blurred.tsx'
import { Button, IconButton, LinkButton } from '../ui/button.tsx'
import { Card, SectionHead } from '../ui/card.tsx'
import { Chart, type ChartLook } from '../ui/chart.tsx'
import { Checkbox, RadioGroup } from '../ui/choices.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { FieldSet } from '../ui/field.tsx'
import { NumberInput, Select, TextArea, TextInput } from '../ui/inputs.tsx'
import { Markdown } from '../ui/markdown.tsx'
import { Money } from '../ui/money.tsx'
import { Page } from '../ui/page.tsx'
import { ProgressBar } from '../ui/progress.tsx'
import { LoadingBlock } from '../ui/skeleton.tsx'
import { StageTrack } from '../ui/stage-track.tsx'
import { Stat, StatRow } from '../ui/stat.tsx'
import { EmptyState, ErrorState } from '../ui/states.tsx'
import { DataTable } from '../ui/table.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { Countdown, RelativeTime } from '../ui/time.tsx'
import { say } from '../ui/toast.tsx'

const SOON = new Date(Date.now() + 14 * 60_000 + 9000).toISOString()
const EARLIER = new Date(Date.now() - 3 * 3600_000).toISOString()

const option = (look: ChartLook) => ({
  color: look.palette,
  grid: { left: 8, right: 8, top: 16, bottom: 8, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
  xAxis: {
    type: 'category',
    data: ['Simple', 'In-depth', 'Adversarial', 'Labelling'],
    inverse: look.rtl,
    axisLabel: { color: look.inkSoft },
    axisLine: { lineStyle: { color: look.line } },
  },
  yAxis: {
    type: 'value',
    max: 100,
    position: look.rtl ? 'right' : 'left',
    axisLabel: { color: look.inkSoft, formatter: '{value} %' },
    splitLine: { lineStyle: { color: look.line } },
  },
  series: [{ type: 'bar', data: [83, 67, 10, 91], barMaxWidth: 48, itemStyle: { borderRadius: [4, 4, 0, 0] } }],
})

/** Every component on one page, for looking at in both themes and directions; development builds only. */
export function GalleryPage() {
  const [text, setText] = useState('The kettle arrived with a dented lid')
  const [long, setLong] = useState('')
  const [choice, setChoice] = useState('a')
  const [tick, setTick] = useState(true)
  const [tab, setTab] = useState('one')
  const [open, setOpen] = useState(false)
  return (
    <Page
      title="Components"
      lead="Every part of the interface, once."
      back={{ to: '/', label: 'Start' }}
      badge={<Badge tone="accent">In-depth research</Badge>}
      actions={<Button onClick={() => setOpen(true)}>Open a dialog</Button>}
      width="wide"
    >
      <div className="grid items-start gap-6 lg:grid-cols-2">
        <Card>
          <SectionHead title="Buttons" hint="One primary thing per view." />
          <div className="flex flex-wrap gap-3">
            <Button icon="check">Submit</Button>
            <Button kind="secondary" icon="skip">
              Skip
            </Button>
            <Button kind="quiet">Cancel</Button>
            <Button kind="danger">Revoke</Button>
            <Button busy>Sending</Button>
            <Button disabled>Not yet</Button>
            <LinkButton to="/" kind="secondary" iconEnd="arrow">
              Go on
            </LinkButton>
            <IconButton icon="flag" label="Flag" onClick={() => say('Thank you. A person will look at it.', 'good')} />
          </div>
        </Card>
        <Card>
          <SectionHead title="Badges and notices" />
          <div className="mb-4 flex flex-wrap gap-2">
            <Badge>Draft</Badge>
            <Badge tone="good" icon="check">
              Accepted
            </Badge>
            <Badge tone="bad">Rejected</Badge>
            <Badge tone="warn" icon="clock">
              Waiting
            </Badge>
            <Badge tone="info">Appealed</Badge>
            <Badge tone="accent">Expert</Badge>
          </div>
          <div className="grid gap-3">
            <Notice tone="warn" title="Personal data">
              This campaign asks about your own experience. Leave out names and addresses.
            </Notice>
            <Notice tone="good" title="Sent">
              Three reviewers will look at it within two days.
            </Notice>
          </div>
        </Card>
        <Card>
          <SectionHead title="Figures" />
          <StatRow>
            <Stat
              label="Accepted work"
              value="83.0 %"
              note="of 12,480 decided"
              meaning="Accepted submissions divided by decided ones, first versions only."
            />
            <Stat
              label="Held"
              value={<Money amount_minor="128450" currency="USD" />}
              note={<>Available from tomorrow</>}
              meaning="Money you earned that audits may still look at."
            />
            <Stat
              label="Precision"
              value="92.0 %"
              note="90.2 – 93.5 %, n = 1,000"
              meaning="The share of accepted work that the audit agrees with."
            />
          </StatRow>
          <div className="mt-6 grid gap-4">
            <ProgressBar value={62} max={100} label="Accepted datapoints" detail="620 / 1,000" />
            <ProgressBar value={3} max={5} label="This batch" detail="3 / 5" tone="good" />
          </div>
        </Card>
        <Card>
          <SectionHead title="Stages" hint={<RelativeTime at={EARLIER} />} />
          <StageTrack
            label="Way of this submission"
            stages={[
              { key: 'a', label: 'Sent', state: 'done', detail: 'Today, 14:02' },
              { key: 'b', label: 'Checked automatically', state: 'done' },
              {
                key: 'c',
                label: 'Reviewed by three people',
                state: 'now',
                detail: 'Two of three are done; expected by tomorrow.',
              },
              { key: 'd', label: 'Decided', state: 'next' },
              { key: 'e', label: 'Paid', state: 'next', detail: 'Seven days after the decision.' },
            ]}
          />
        </Card>
        <Card className="grid gap-5">
          <TextInput
            label="Title"
            value={text}
            onChange={setText}
            max={60}
            help="As short as it can be and still be true."
          />
          <TextArea label="What happened" value={long} onChange={setLong} max={500} optional />
          <NumberInput
            label="Price per datapoint"
            value="0.25"
            onChange={() => {}}
            unit="USD"
            error="Give at least 0.01."
          />
          <Select
            label="Language"
            value="en"
            onChange={() => {}}
            options={[
              { value: 'en', label: 'English' },
              { value: 'ar', label: 'العربية' },
            ]}
          />
        </Card>
        <Card className="grid gap-5">
          <FieldSet legend="Are these two products the same?" help="Look at the maker and the model number.">
            <RadioGroup
              name="same"
              value={choice}
              onChange={setChoice}
              options={[
                { value: 'a', label: 'Yes, the same' },
                { value: 'b', label: 'No, they differ' },
                { value: 'c', label: 'One cannot tell', help: 'Choose this when a picture is missing.' },
              ]}
            />
          </FieldSet>
          <Checkbox label="I have read the terms" checked={tick} onChange={setTick} />
          <p>
            Time left <Countdown until={SOON} />
          </p>
        </Card>
        <Card className="lg:col-span-2">
          <Tabs
            label="Lists"
            value={tab}
            onChange={setTab}
            tabs={[
              { value: 'one', label: 'Decided', count: 12 },
              { value: 'two', label: 'Waiting', count: 3 },
            ]}
          >
            <DataTable
              caption="Submissions"
              rows={[
                { id: '1', name: 'Kettle with a dented lid', state: 'Accepted', pay: '2100' },
                { id: '2', name: 'غلاية بغطاء منبعج', state: 'Rejected', pay: '0' },
              ]}
              rowKey={(r) => r.id}
              columns={[
                { key: 'name', head: 'Work', cell: (r) => <bdi>{r.name}</bdi>, main: true },
                {
                  key: 'state',
                  head: 'State',
                  cell: (r) => <Badge tone={r.pay === '0' ? 'bad' : 'good'}>{r.state}</Badge>,
                },
                { key: 'pay', head: 'Pay', numeric: true, cell: (r) => <Money amount_minor={r.pay} currency="USD" /> },
              ]}
            />
          </Tabs>
        </Card>
        <Card>
          <Chart
            label="Accepted by class"
            note="First versions that peers judged"
            option={option}
            table={{
              head: ['Class', 'Accepted'],
              rows: [
                ['Simple', '83 %'],
                ['In-depth', '67 %'],
                ['Adversarial', '10 %'],
                ['Labelling', '91 %'],
              ],
            }}
          />
        </Card>
        <Card className="grid gap-5">
          <Markdown
            text={
              '# How to judge\n\nRead **both** descriptions. A link must open: https://example.org/rules.\n\n- Same maker, same model: *same*\n- `A-100` and `A-100B` differ\n\n1. First this\n2. Then that'
            }
          />
          <BlurredContent>
            <p>
              Material that is covered until one chooses to look at it, several lines long so that something shows
              through.
            </p>
          </BlurredContent>
        </Card>
        <EmptyState
          icon="tasks"
          title="Nothing sent yet"
          actions={<LinkButton to="/campaigns">Find a campaign</LinkButton>}
        >
          What you send appears here with its stage and, once decided, the reasons.
        </EmptyState>
        <ErrorState error={new TypeError('x')} onRetry={() => {}} />
        <Card>
          <LoadingBlock />
        </Card>
      </div>
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        title="Revoke this session?"
        actions={
          <>
            <Button kind="quiet" onClick={() => setOpen(false)}>
              Cancel
            </Button>
            <Button kind="danger" onClick={() => setOpen(false)}>
              Revoke
            </Button>
          </>
        }
      >
        The device is signed out at once. Drafts on it stay there.
      </Dialog>
    </Page>
  )
}
