import { cx } from './cx.ts'

// One pen for every sign: 24 units, 1.75 stroke, round ends. Signs that point along the line of reading turn with it.
const PATHS = {
  check: 'm5 12.5 4.5 4.5L19 7.5',
  cross: 'M6 6l12 12M18 6 6 18',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  next: 'm9 5 7 7-7 7',
  back: 'm15 5-7 7 7 7',
  arrow: 'M4 12h15m-6-6 6 6-6 6',
  up: 'm6 15 6-6 6 6',
  down: 'm6 9 6 6 6-6',
  menu: 'M4 7h16M4 12h16M4 17h16',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  search: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13Zm4.7-1.8L20 20',
  inbox:
    'M4 13.5 6.4 5.6A1.5 1.5 0 0 1 7.8 4.5h8.4a1.5 1.5 0 0 1 1.4 1.1L20 13.5v4a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2zm0 0h4.5l1.3 2.5h4.4l1.3-2.5H20',
  campaigns: 'M4 6.5h16M4 12h10M4 17.5h13',
  work: 'M14.5 5.5 18.5 9.5 8.5 19.5H4.5v-4zM12.5 7.5l4 4',
  tasks: 'm4 6.5 1.5 1.5L8.5 5M4 13.5l1.5 1.5 3-3M12 6.5h8M12 13.5h8M12 19h5',
  coins:
    'M9 10.5c3.3 0 6-1.3 6-3s-2.7-3-6-3-6 1.3-6 3 2.7 3 6 3Zm-6-3v5c0 1.7 2.7 3 6 3M3 12.5v4c0 1.7 2.7 3 6 3s6-1.3 6-3v-1M15 15.5c3.3 0 6-1.3 6-3s-2.7-3-6-3M21 12.5v4c0 1.6-2.5 2.9-5.6 3',
  balance: 'M12 4v16M7.5 20h9M5 7h14M5 7l-2.8 6.5a3 3 0 0 0 5.6 0zM19 7l-2.8 6.5a3 3 0 0 0 5.6 0z',
  person: 'M12 11.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 20.5c.8-3.6 3.8-5.5 7.5-5.5s6.7 1.9 7.5 5.5',
  people:
    'M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 19.5c.6-3.1 3.2-4.8 6.5-4.8s5.9 1.7 6.5 4.8M15.5 4.8a3.5 3.5 0 0 1 0 6.4M17.6 14.9c2 .6 3.4 2.2 3.9 4.6',
  key: 'M8.5 19a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9Zm3.2-7.7L19.5 3.5m-3.5 3.5 3 3M13.2 9.8l2 2',
  passkey:
    'M10 10.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM3.5 19.5c.5-3.4 3.1-5.3 6.5-5.3 1 0 1.9.2 2.7.5M17.5 14.5a2.5 2.5 0 1 0-1.2-4.7 2.5 2.5 0 0 0 1.2 4.7Zm0 0v6l1.5-1.3-1.2-1.4 1.2-1.3',
  clock: 'M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17ZM12 7v5.2l3.3 2',
  flag: 'M5.5 21V4M5.5 4.8c4.5-2.5 8 2 13 0v8.7c-5 2-8.5-2.5-13 0',
  skip: 'm5 6 7 6-7 6zM18.5 6v12',
  question: 'M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17ZM9.6 9.5a2.5 2.5 0 1 1 3.4 2.3c-.7.3-1 .8-1 1.7M12 16.6v.1',
  info: 'M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17ZM12 11v5.2M12 7.8v.1',
  warning: 'M12 4 2.8 19.5h18.4zM12 10v4.4M12 17v.1',
  lock: 'M6.5 10.5h11a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1h-11a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1Zm1.8 0V8a3.7 3.7 0 0 1 7.4 0v2.5',
  eye: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12Zm9.5 2.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6Z',
  copy: 'M9 9h9.5a1 1 0 0 1 1 1v9.5a1 1 0 0 1-1 1H9a1 1 0 0 1-1-1V10a1 1 0 0 1 1-1Zm-4 6H4.5a1 1 0 0 1-1-1V4.5a1 1 0 0 1 1-1H14a1 1 0 0 1 1 1V5',
  download: 'M12 4v11m-4.5-4.5L12 15l4.5-4.5M4.5 19.5h15',
  upload: 'M12 15.5v-11M7.5 9 12 4.5 16.5 9M4.5 19.5h15',
  link: 'M10 14a4 4 0 0 0 5.7 0l3.1-3.1a4 4 0 0 0-5.7-5.7L12 6.3M14 10a4 4 0 0 0-5.7 0l-3.1 3.1a4 4 0 0 0 5.7 5.7l1.1-1.1',
  globe:
    'M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17ZM3.5 12h17M12 3.5c2.3 2.3 3.4 5.1 3.4 8.5s-1.1 6.2-3.4 8.5c-2.3-2.3-3.4-5.1-3.4-8.5s1.1-6.2 3.4-8.5Z',
  sun: 'M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM12 2.8v2M12 19.2v2M2.8 12h2M19.2 12h2M5.5 5.5l1.4 1.4M17.1 17.1l1.4 1.4M18.5 5.5l-1.4 1.4M6.9 17.1l-1.4 1.4',
  moon: 'M20 14.2A8.3 8.3 0 0 1 9.8 4a8.3 8.3 0 1 0 10.2 10.2Z',
  desk: 'M4 5.5h16v11H4zM9 20h6M12 16.5V20',
  chart: 'M4.5 4v15.5H20M8.5 16v-4.5M12.5 16V8M16.5 16v-6.5',
  shield: 'M12 3.5 5 6v5.5c0 4.3 2.8 7.5 7 9 4.2-1.5 7-4.7 7-9V6zM9 11.8l2.2 2.2 4-4.2',
  grip: 'M9 6h.01M15 6h.01M9 12h.01M15 12h.01M9 18h.01M15 18h.01',
  refresh: 'M19.5 12a7.5 7.5 0 1 1-2.3-5.4M19.5 3.5v4h-4',
  cloud_off: 'M4 4l16 16M8 8.5A4.8 4.8 0 0 0 7.2 18h9M18.8 16.7A3.8 3.8 0 0 0 17 9.8a5.5 5.5 0 0 0-5.6-3.3',
  exit: 'M14 4.5h4.5a1 1 0 0 1 1 1v13a1 1 0 0 1-1 1H14M4.5 12h10m-3.5-3.5 3.5 3.5-3.5 3.5',
  settings:
    'M4 7.5h9M17 7.5h3M4 16.5h3M11 16.5h9M15 9.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM9 18.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z',
} as const

export type IconName = keyof typeof PATHS
const TURNING: ReadonlySet<IconName> = new Set(['next', 'back', 'arrow', 'skip', 'exit'])

/** A sign beside words; it says nothing of its own, so readers of the page's sound skip it. */
export function Icon({ name, size = 20, className }: { name: IconName; size?: number; className?: string }) {
  return (
    <svg
      viewBox="0 0 24 24"
      width={size}
      height={size}
      aria-hidden="true"
      focusable="false"
      fill="none"
      stroke="currentColor"
      strokeWidth={name === 'more' || name === 'grip' ? 3 : 1.75}
      strokeLinecap="round"
      strokeLinejoin="round"
      className={cx('shrink-0', TURNING.has(name) && 'turns', className)}
    >
      <path d={PATHS[name]} />
    </svg>
  )
}
